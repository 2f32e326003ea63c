# The encryption key, the audit trail and diagnostics.

security-title = Security

security-key-title = Encryption key
security-key-lead = Tokens, your TikTok app’s secret and upload addresses are encrypted with one key.

security-key-sources-environment = The key comes from an environment variable
    .text = SLIPWAY_FERNET_KEY sets it. Slipway keeps no copy, so you can only change it there.
security-key-sources-keyring = The key is stored in this computer’s keyring
    .text = Your desktop session opens the keyring. Slipway asks it for the key at each start.
security-key-sources-passphrase = Your passphrase protects the key
    .text = Slipway never stores the passphrase and asks for it at each start.

security-key-since = In use since { $date }.
security-key-shown = Recovery phrase last shown on { $date }.
security-key-since-shown = In use since { $date }, recovery phrase last shown on { $shown }.
security-key-nudge-title = You have not written this key down yet
security-key-nudge = If the key is lost together with this computer or its keyring, you must connect every account again. The recovery phrase restores it.

security-key-change-keyring = Change key
security-key-change-passphrase = Change passphrase

security-phrase-show = Show recovery phrase
security-phrase-title = Recovery phrase
security-phrase-text = The 24 words are the key itself, in a form you can write down.

security-phrase-points-1 = Anyone who has these words and a copy of your data folder can use your accounts.
security-phrase-points-2 = Write the words down or print them, and keep the sheet with your important papers. Take no photo and use no cloud storage.
security-phrase-points-3 = Look around: nobody else should see your screen now.

security-phrase-reveal = Show the words
security-phrase-list = Words of the recovery phrase
security-phrase-not-copied = You cannot copy the words here: other programs can read the clipboard, and some store its contents.
security-phrase-print = Print
security-phrase-hide = Hide the words
security-phrase-done = Done
security-phrase-audited = The audit trail records that the phrase was shown, but not the words.

security-phrase-sheet-title = Slipway recovery phrase
security-phrase-sheet-made = Printed on { $date }
security-phrase-sheet-text = These 24 words, in this order, restore Slipway’s key: when Slipway starts, choose “Restore with recovery phrase” and enter them. They work until the key is changed.
security-phrase-sheet-keep = Anyone who has these words and a copy of the data folder can use the connected accounts. Keep this sheet with your important papers.

security-change-key-titles-keyring = Change the key
security-change-key-titles-passphrase = Change the passphrase

security-change-key-texts-keyring = Slipway creates a new key and re-encrypts everything with it. Uploads pause for a moment.
security-change-key-texts-passphrase = Slipway creates a new key, protects it with the new passphrase and re-encrypts everything. Uploads pause for a moment.

security-change-key-old = The old recovery phrase does not work for the new key. Show the new phrase afterwards.
security-change-key-current = Current passphrase
security-change-key-current-empty = Enter your current passphrase.
security-change-key-where = Where to store the new key

security-change-key-places-keyring = In the keyring
security-change-key-places-passphrase = Protected by a passphrase

security-change-key-fresh = New passphrase
security-change-key-fresh-repeat = Repeat new passphrase

security-change-key-confirm-keyring = Change key
security-change-key-confirm-passphrase = Change passphrase

security-change-key-done = Key changed

security-diagnostics-section = Diagnostics
security-diagnostics-row = When something goes wrong, a diagnostics file helps the person who supports you.
security-diagnostics-open = Export diagnostics
security-diagnostics-title = Export diagnostics
security-diagnostics-text = One zip file. You can look through it before you send it to anyone.
security-diagnostics-inside-title = Inside

security-diagnostics-inside-1 = Versions of Slipway and of this system
security-diagnostics-inside-2 = Settings, and the state of accounts, posts and services
security-diagnostics-inside-3 = Slipway’s logs of the last week

security-diagnostics-never-title = Never inside

security-diagnostics-never-1 = Tokens, keys, passphrases, sign-in codes
security-diagnostics-never-2 = Videos or pictures

security-diagnostics-add-title = Only if you tick it
security-diagnostics-captions = Captions
security-diagnostics-captions-text = What you wrote under your videos.
security-diagnostics-file-names = File names
security-diagnostics-file-names-text = Names of your videos and of their folders.
security-diagnostics-save = Choose where to save
security-diagnostics-done = Diagnostics saved: { $path }

security-audit-title = Audit trail
security-audit-lead = A record of what happened to accounts, keys and consent. Each entry seals the one before it, so nobody can change the trail unnoticed.
security-audit-state =
    { $entries ->
        [one] { $entries } entry, verified { $when }
       *[other] { $entries } entries, verified { $when }
    }
security-audit-broken = Broken at entry { $entry } of { $entries }, verified { $when }
security-audit-broken-entry = Changed after it was written
security-audit-verify = Verify now
security-audit-today = today at { $time }
security-audit-on-day = on { $day } at { $time }
security-audit-whole = The audit trail is intact
security-audit-export = Export

security-audit-formats-jsonLines = JSON Lines
    .text = Every entry with its hash, so that other tools can verify it
security-audit-formats-csv = CSV
    .text = For spreadsheets

security-audit-exported = Audit trail saved: { $path }
security-audit-filters = Filters
security-audit-kind = Kind

security-audit-groups-accounts = Accounts
security-audit-groups-key = Key
security-audit-groups-posts = Posts and consent
security-audit-groups-settings = Settings and data

security-audit-all-kinds = All kinds
security-audit-account = Account
security-audit-all-accounts = All accounts
security-audit-from = From day
security-audit-to = To day
security-audit-between = to
security-audit-clear = Clear filters
security-audit-empty = No entries yet
security-audit-nothing = No entry matches these filters.
security-audit-more = Show older entries
security-audit-number = Entry { $entry }
security-audit-hash = Hash (BLAKE3)
security-audit-when = Time

security-audit-kinds-connected = Account connected
security-audit-kinds-reconnected = Account connected again
security-audit-kinds-connectRefused = Connection refused
security-audit-kinds-refreshed = Tokens renewed
security-audit-kinds-refreshRefused = Tokens refused
security-audit-kinds-accessRemoved = Access removed
security-audit-kinds-disconnected = Account disconnected
security-audit-kinds-revoked = TikTok informed of a disconnect
security-audit-kinds-keyMade = Key created
security-audit-kinds-keyChanged = Key changed
security-audit-kinds-keyRestored = Key restored
security-audit-kinds-phraseShown = Recovery phrase shown
security-audit-kinds-tokensForgotten = Tokens forgotten
security-audit-kinds-consentGiven = Consent given
security-audit-kinds-directPost = Direct post
security-audit-kinds-inboxDraft = Inbox draft
security-audit-kinds-settingChanged = Setting changed
security-audit-kinds-appChanged = TikTok app changed
security-audit-kinds-restored = Backup restored
security-audit-kinds-exported = Audit trail exported

security-audit-export-all = All entries
security-audit-export-filtered = Entries that match the filters
