# The audit trail: a line for each entry, and what a broken trail means.

# The account that an entry is about.
audit-account = { $name }
audit-an-account = an account

audit-connected = Connected { $who }{ $grants ->
    [both] , with permission to post directly and to send drafts
    [publish] , with permission to post directly
    [upload] , with permission to send drafts
   *[none] { "" }
}.
audit-reconnected = Reconnected { $who }{ $grants ->
    [both] , with permission to post directly and to send drafts
    [publish] , with permission to post directly
    [upload] , with permission to send drafts
   *[none] { "" }
}.
audit-connect-refused = Could not connect { $who }{ $reason ->
    [none] .
    [nothing_granted] : the creator allowed neither posting nor sending drafts.
    [expired] : the sign-in expired.
    [access_denied] : the creator did not allow the connection.
    [non_sandbox_target] : the account is not a target user of the app’s sandbox.
    [another_creator] : a different creator agreed.
   *[other] : TikTok refused ({ $reason }).
}
audit-refreshed = TikTok renewed the sign-in of { $who }.
audit-refresh-refused = TikTok no longer accepts the sign-in of { $who }{ $reason ->
   *[none] { "" }
    [answer_lost] { " " }(TikTok’s last answer was lost)
    [ended] { " " }(it expired)
    [unreadable] { " " }(it is damaged on this computer)
    [forgotten] { " " }(its key was lost)
    [another_creator] { " " }(TikTok answered for a different creator)
}. The account must be reconnected.
audit-access-removed = Slipway’s access to { $who } was removed{ $reason ->
   *[none] { "" }
    [removed_by_creator] { " " }by the creator
    [account_deleted] : the TikTok account was deleted
    [age_changed] : the age on the account was changed
    [account_banned] : TikTok banned the account
    [revoked_by_developer] : the app’s access was revoked
}.
audit-disconnected = Disconnected { $who }.
audit-revoked = { $outcome ->
    [already_gone] TikTok had already ended the access to { $who }.
    [ended] The sign-in of { $who } expired before TikTok could be told of the disconnect.
    [unreadable] TikTok was not told of the disconnect of { $who }: its sign-in could not be read.
    [refused] TikTok refused to revoke the access to { $who }.
    [connected_again] TikTok was not told of the disconnect of { $who }: the creator was connected again.
   *[revoked] Revoked the access to { $who } at TikTok.
}

audit-key-made = Created the vault. Its key is stored { $place ->
    [environment] in the environment
    [keyring] in the system’s keyring
    [passphrase] behind a passphrase
   *[unknown] on this computer
}.
audit-key-changed = Changed the vault’s key. The new key is stored { $place ->
    [environment] in the environment
    [keyring] in the system’s keyring
    [passphrase] behind a passphrase
   *[unknown] on this computer
}.
audit-key-restored = Restored the vault’s key from its recovery phrase. It is stored { $place ->
    [environment] in the environment
    [keyring] in the system’s keyring
    [passphrase] behind a passphrase
   *[unknown] on this computer
}.
audit-phrase-shown = Showed the recovery phrase.
audit-tokens-forgotten = Deleted the sign-ins of all accounts, because their key was lost.

audit-consent-given = The creator agreed to TikTok’s { $terms ->
    [branded] Branded Content Policy and Music Usage Confirmation
   *[music] Music Usage Confirmation
} by posting to { $who }.
audit-consent-folder = The creator agreed to TikTok’s { $terms ->
    [branded] Branded Content Policy and Music Usage Confirmation
   *[music] Music Usage Confirmation
} for everything that a watched folder posts to { $who } with these choices.
audit-direct-post = Sent a post to TikTok for { $who }.
audit-inbox-draft = Sent a draft to the TikTok inbox of { $who }.

audit-setting-changed = Changed { $setting ->
    [webhook] the receiver of TikTok’s webhooks
    [hostedPage] the web page that passes TikTok’s answer on
   *[other] the setting { $setting }
} from { $from } to { $to }.
audit-value = { $value }
audit-value-off = off
audit-value-none = none
audit-value-port = port { $port }
audit-value-invalid = an address that is not valid
audit-value-unknown = an unknown value

audit-app-entered = Saved the client key and secret of the TikTok app.
audit-app-forgotten = Deleted the client key and secret of the TikTok app.
audit-restored = Restored the database from the backup of { $at }. This trail does not include what happened after that backup.
audit-restored-undated = Restored the database from a backup. This trail does not include what happened after that backup.
audit-exported = Exported the audit trail{ $format ->
    [jsonLines] { " " }as JSON Lines
    [csv] { " " }as CSV
   *[unknown] { "" }
}{ $entries ->
    [unknown] { "" }
   *[counted] { " " }(entries: { $entries })
}.

-audit-continues = Slipway continues to work and to write to the trail. New entries are chained and sealed as before. The broken place stays visible.
-audit-find-out = Find out who or what could change Slipway’s database: another program, another person, a failing disk, or a backup that was restored by hand. If you have an older export, compare the two.

audit-altered =
    .happened = Entry { $seq } of the audit trail is not as Slipway wrote it. Rely only on the entries before it.
    .slipway = { -audit-continues }
    .you = { -audit-find-out }

audit-missing =
    .happened = Entry { $seq } of the audit trail is missing. Rely only on the entries before it.
    .slipway = { -audit-continues }
    .you = { -audit-find-out }

audit-added =
    .happened = Entry { $seq } of the audit trail was not written by Slipway. Rely only on the entries before it.
    .slipway = { -audit-continues }
    .you = { -audit-find-out }

audit-rewritten =
    .happened = The audit trail up to entry { $seq } was rewritten, and not by Slipway. Do not rely on any of these entries.
    .slipway = { -audit-continues }
    .you = { -audit-find-out }

audit-unsealed =
    .happened = The seal at the end of the audit trail is missing or not Slipway’s own. Entries from { $seq } on may have been cut off.
    .slipway = { -audit-continues }
    .you = { -audit-find-out }

audit-moment =
    .happened = The dates of the filter cannot be read.
    .slipway = Slipway still shows the previous entries.
    .you = Choose the dates again.

audit-write =
    .happened = The file could not be written.
    .slipway = Slipway left the folder unchanged.
    .you = Check that the disk has free space and that you can write to the folder, or choose another folder.
