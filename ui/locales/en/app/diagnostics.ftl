# The page in the diagnostics archive that says what is in it.

diagnostics-readme =
    Slipway’s diagnostics of { $at }

    Included:
    - versions.json: the versions of Slipway, of the web view and of the system.
    - state.json: settings, the state of accounts and posts, times, sizes, retries, the database and the state of the audit trail.
    - logs: Slipway’s log of the last week.

    Not included:
    - Tokens, keys, passphrases, the client secret and upload addresses: never.
    - Names and labels of accounts: never. Accounts are told apart by numbers that mean nothing elsewhere.
    - Captions: { $captions ->
        [in] in here, as you chose
       *[out] not in here
    }.
    - Names and folders of video files: { $files ->
        [in] in here, as you chose
       *[out] not in here
    }.

    In the logs, { "[redacted]" }, { "[account]" }, { "[caption]" } and { "[file]" } mark what was taken out. Texts of three letters or fewer are taken out only where they stand alone, and numbers of three digits or fewer are not taken out. Slipway no longer knows the names of files that you removed from the queue, but its logs do not name files.

    Everything is plain text. Read it before you send it.
