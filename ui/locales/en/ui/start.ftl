# The first run, problems at the start, and the setup of a TikTok app.

first-run-title = Post to TikTok from your desktop. Never twice.
first-run-lead = Slipway posts your videos to TikTok and tracks each one until it is live. Keys and sign-ins stay encrypted on this computer.
first-run-question = How would you like to start?
first-run-sandbox = Try the sandbox
first-run-sandbox-text = A practice TikTok on this computer, with creators you can post as. No sign-up, and nothing goes public.
first-run-tiktok = Use my TikTok app
first-run-tiktok-text = Post to your real accounts. You need a TikTok developer app, and a guide takes you through each step.

app-setup-title = Your TikTok app
app-setup-lead = Every app that posts to TikTok needs its own key. You create it once in TikTok’s developer portal, which takes about ten minutes.
app-setup-portal = Open the developer portal

app-setup-steps-create = Create an app
    .text = Sign in to the portal and choose “Connect an app”. Give it your own name, without “TikTok” in it.
app-setup-steps-login = Add Login Kit, with the Desktop platform
    .text = Under Login Kit, turn on Desktop and paste exactly this redirect address:
app-setup-steps-login-web = Add Login Kit, with the Web platform
    .text = Your settings use your own page. Under Login Kit, turn on Web and paste exactly this address:
app-setup-steps-posting = Add Content Posting API, with Direct Post on
    .text = Direct Post puts videos on your profile. Without it, you can only send inbox drafts.

app-setup-steps-scopes-title = Add the three scopes
app-setup-steps-scopes-text = Slipway asks for these three and nothing else:

app-setup-steps-scopes-list-user-info-basic = see your name and picture
app-setup-steps-scopes-list-video-publish = post to your profile
app-setup-steps-scopes-list-video-upload = send drafts to your inbox

app-setup-steps-keys = Copy the key and the secret
    .text = You find both on the app’s page, under Credentials. Slipway encrypts the secret on this computer and never shows it again.

app-setup-copy-redirect = Copy redirect address
app-setup-copied = Redirect address copied
app-setup-client-key = Client key
app-setup-client-secret = Client secret
app-setup-save = Save
app-setup-saved = TikTok app saved
app-setup-key-missing = Enter the client key.
app-setup-secret-missing = Enter the client secret.
app-setup-from-environment = Key and secret are set by environment variables of this computer, so you cannot change them here.
app-setup-unaudited-title = What “unaudited” means

app-setup-unaudited-1 = A new app is unaudited until TikTok has reviewed how it posts. Until then TikTok limits direct posts: the account must be set to private while you post, only you can see the post (“Only me”), and at most five people can post with the app in a day.
app-setup-unaudited-2 = Inbox drafts have none of these limits. The video arrives in your TikTok inbox and you finish it there. Many creators use only that.
app-setup-unaudited-3 = When your app has passed TikTok’s audit, public posts work. You change nothing in Slipway.

problems-broken = Slipway could not start
problems-passphrase = Passphrase
problems-repeat = Repeat passphrase
problems-unlock = Unlock
problems-set = Set passphrase
problems-empty = Enter a passphrase.
problems-differ = The two passphrases are different.
problems-advice = Four or five random words are strong and easy to remember. Slipway cannot recover a forgotten passphrase.
problems-choose-text = Slipway protects your accounts with this passphrase instead of the keyring and asks for it at each start. It is never stored.
problems-back = Back
problems-others = Other ways

problems-ways-tryAgain = Try again
    .text = After you have fixed the problem.
problems-ways-unlock = Enter the passphrase
    .text = If a passphrase protected your accounts before.
problems-ways-choosePassphrase = Choose a passphrase instead
    .text = Slipway then works without the keyring.
problems-ways-restoreKey = Restore with recovery phrase
    .text = Recreate the key from the 24 words that you wrote down or printed.
problems-ways-forgetTokens = Forget the tokens and reconnect
    .text = If the key is lost for good. The queue and its history stay.

problems-titles-keyMalformed = The encryption key is not valid
problems-titles-keyWrong = The encryption key does not match your data
problems-titles-keyMissing = The encryption key is missing
problems-titles-keyringLocked = The keyring is locked
problems-titles-passphraseNew = Choose a passphrase
problems-titles-passphraseNeeded = Enter your passphrase
problems-titles-passphraseWrong = Wrong passphrase
problems-titles-databaseNewer = Your data comes from a newer Slipway
problems-titles-databaseDamaged = The database is damaged
problems-titles-alreadyRunning = Slipway is already running
problems-titles-storage = Slipway cannot use its folder
problems-titles-environment = An environment variable is not valid

problems-restore-title = Restore your key
problems-restore-text = Enter the 24 words of the recovery phrase in order. Slipway ignores numbers, capitals and line breaks.
problems-restore-phrase = Recovery phrase
problems-restore-count = { $count } of { $all } words
problems-restore-too-few = A recovery phrase has { $all } words. You entered { $count }.
problems-restore-protect = Protect the key with a passphrase
problems-restore-protect-text = Slipway asks for it at each start, instead of using this computer’s keyring.
problems-restore-confirm = Restore key

problems-forget-title = Forget the tokens?
problems-forget-text = Without the key, nobody can read the data it protected. Slipway creates a new key and continues without that data.
problems-forget-lost-title = Lost for good

problems-forget-lost-1 = The sign-in of every account. You connect each account again.
problems-forget-lost-2 = The client secret of your TikTok app. You enter it again.

problems-forget-kept-title = Kept

problems-forget-kept-1 = Accounts with their labels, colours and weekly slots
problems-forget-kept-2 = The queue: drafts, planned posts and their times
problems-forget-kept-3 = The history of every post

problems-forget-afterwards = Posts wait until you connect their account again, then they continue.
problems-forget-confirm = Forget the tokens
