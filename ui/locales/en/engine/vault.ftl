# Why Slipway did not open: the key, the recovery phrase, the passphrase, the data folder.

-vault-untouched = Slipway stopped before changing anything. Your accounts and your queue are as they were.
-vault-give-key = Restore the key with your recovery phrase. If you have none, let Slipway delete the sign-ins and connect your accounts again. Your queue and history stay.

vault-key-malformed =
    .happened = { $origin ->
        [environment] The key in SLIPWAY_FERNET_KEY is not a Fernet key.
        [passphrase] The key in the passphrase file is damaged.
       *[keyring] The key in the keyring is damaged.
    }
    .slipway = { -vault-untouched }
    .you = { $origin ->
        [environment] A Fernet key is 32 bytes in URL-safe base64: 44 characters, ending in “=”. Correct or remove the variable, then start Slipway again.
       *[stored] { -vault-give-key }
    }

vault-key-wrong =
    .happened = { $origin ->
        [environment] The key in SLIPWAY_FERNET_KEY is not the one that your data was encrypted with.
        [passphrase] The key in the passphrase file is not the one that your data was encrypted with.
       *[keyring] The key in the keyring is not the one that your data was encrypted with.
    }
    .slipway = { -vault-untouched }
    .you = { $origin ->
        [environment] Use the key that this data folder was created with. If you never set one, remove the variable.
       *[stored] Did you copy the data folder from another computer? Then enter the recovery phrase of its key. If you have none, let Slipway delete the sign-ins and connect your accounts again. Your queue and history stay.
    }

vault-key-missing =
    .happened = Your keyring no longer contains Slipway’s key.
    .slipway = { -vault-untouched }
    .you = { -vault-give-key }

vault-keyring-locked =
    .happened = { $first ->
        [yes] Your keyring is locked or does not answer, so Slipway cannot store its key there.
       *[no] Your keyring is locked or does not answer, so Slipway cannot read its key.
    }
    .slipway = { -vault-untouched }
    .you = { $first ->
        [yes] Unlock the keyring, then try again. Or choose a passphrase instead: Slipway will ask for it each time it starts.
       *[no] Unlock the keyring, usually by signing in to your desktop, then try again.
    }

vault-keyring-unusable =
    .happened = Your keyring did not accept the key.
    .slipway = { -vault-untouched }
    .you = Unlock the keyring, then try again, or choose a passphrase instead.

vault-key-fixed =
    .happened = The key comes from the variable SLIPWAY_FERNET_KEY.
    .slipway = Slipway cannot change it and changed nothing.
    .you = To let Slipway store the key itself, remove the variable first.

vault-key-changing =
    .happened = The last change of the key is not finished: some backups still have to be encrypted with it.
    .slipway = Nothing was changed. Slipway tries to finish it at each start.
    .you = Check that the disk has free space and that the keyring is unlocked, start Slipway again, then change the key.

vault-phrase-count =
    .happened = A recovery phrase has 24 words. This one has { $found }.
    .slipway = { -vault-untouched }
    .you = Enter all words of the sheet in their order.

vault-phrase-word =
    .happened = Word { $position } cannot be part of a recovery phrase.
    .slipway = { -vault-untouched }
    .you = Compare word { $position } with your sheet, letter by letter.

vault-phrase-checksum =
    .happened = These words do not belong together: one of them is wrong, or two have changed places.
    .slipway = { -vault-untouched }
    .you = Compare every word with your sheet, and their order.

vault-phrase-wrong =
    .happened = This recovery phrase belongs to another key: it does not open your data.
    .slipway = { -vault-untouched }
    .you = Look for the sheet that you printed last. Each change of the key makes a new one.

vault-passphrase-short =
    .happened = This passphrase is too short to protect your accounts.
    .slipway = { -vault-untouched }
    .you = Use at least eight characters. Several words are better.

vault-passphrase-new =
    .happened = This computer has no keyring in which Slipway could store its key.
    .slipway = Slipway will protect your accounts with a passphrase instead. It is never stored.
    .you = Choose a passphrase. Slipway will ask for it each time it starts.

vault-passphrase-needed =
    .happened = Your accounts are protected with a passphrase.
    .slipway = Slipway waits for it.
    .you = Enter your passphrase. If it is lost, use your recovery phrase.

vault-passphrase-wrong =
    .happened = This passphrase does not open your data.
    .slipway = { -vault-untouched }
    .you = Try again. Capital letters count.

vault-unreadable =
    .happened = A stored secret cannot be decrypted.
    .slipway = Slipway leaves it as it is.
    .you = Disconnect the account and connect it again.

database-newer =
    .happened = Your data was written by a newer version of Slipway.
    .slipway = { -vault-untouched }
    .you = Install the newest version of Slipway, then start it again.

database-damaged =
    .happened = Slipway’s database is damaged, and Slipway found no usable backup.
    .slipway = Slipway leaves the file as it is, at { $path }.
    .you = Restore the data folder from a backup of your own, or move it away to start afresh.

database-unusable =
    .happened = This version of Slipway cannot work with your data.
    .slipway = Slipway leaves it as it is, at { $path }.
    .you = Install the version of Slipway that you used before, or the newest one, then start it again.

database-in-use =
    .happened = Another Slipway is already using this data folder.
    .slipway = This one does nothing, so that no video is uploaded twice.
    .you = Use the window that is already open, or close it first.

storage-read-only =
    .happened = Slipway cannot write to { $path }.
    .slipway = { -vault-untouched }
    .you = Check that the disk is writable and that the folder belongs to you, then try again.

storage-full =
    .happened = The disk accepted nothing more for { $path }: it is full, or your quota is used up.
    .slipway = { -vault-untouched }
    .you = Free some space, then try again.

storage =
    .happened = The folder { $path } cannot be used: { $detail }.
    .slipway = { -vault-untouched }
    .you = Check that the disk is connected, has free space, and is writable.

client =
    .happened = Slipway could not prepare the connection to TikTok.
    .slipway = { -vault-untouched }
    .you = Check the addresses in SLIPWAY_TIKTOK_AUTH_URL and SLIPWAY_TIKTOK_API_URL.
