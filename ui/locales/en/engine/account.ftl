# Accounts: why one must be reconnected, what a missing permission disables, labels.

-account-waits = Slipway keeps the account’s posts and continues after you reconnect it.
-account-reconnect = Reconnect the account as the same creator.

account-refused =
    .happened = TikTok no longer accepts this account’s sign-in.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-answer-lost =
    .happened = This account’s sign-in was renewed, but TikTok’s answer was lost on the way. TikTok no longer accepts the old sign-in.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-removed =
    .happened = TikTok removed Slipway’s access to this account.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-removed-by-creator =
    .happened = The creator removed Slipway’s access in the TikTok app.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-account-deleted =
    .happened = This TikTok account was deleted.
    .slipway = Slipway keeps its posts until you disconnect it.
    .you = Disconnect it here. If TikTok restores the account, reconnect it.

account-age-changed =
    .happened = TikTok removed Slipway’s access because the age on the account was changed.
    .slipway = { -account-waits }
    .you = Check the account in the TikTok app, then reconnect it as the same creator.

account-account-banned =
    .happened = TikTok has banned this account.
    .slipway = { -account-waits }
    .you = See the reason in the TikTok app. If TikTok lifts the ban, reconnect the account.

account-revoked-by-developer =
    .happened = Your TikTok app’s access to this account was revoked.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-ended =
    .happened = This account’s sign-in has expired. TikTok asks for a new one from time to time.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-unreadable =
    .happened = This account’s sign-in is damaged on this computer.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-forgotten =
    .happened = This account’s sign-in was deleted, because the key that protected it is lost.
    .slipway = { -account-waits }
    .you = { -account-reconnect }

account-another-creator =
    .happened = TikTok answered for a different creator than this account’s.
    .slipway = Slipway did not use that answer, so that nothing appears on the wrong profile. It keeps the account’s posts and continues after you reconnect it.
    .you = { -account-reconnect }

# An account’s name, and that of an account whose creator shares no profile.
account-name = { $name }
account-unnamed = TikTok account

account-ending =
    .happened = The sign-in of { $name } expires on { $at }, unless TikTok extends it.
    .slipway = Slipway works with it until then. After that, the account’s posts wait.
    .you = Reconnect the account before then, as the same creator.

# For the codes `account.ending.<days>.<account>`, each of which can be dismissed by itself.
account-other =
    .happened = { account-ending.happened }
    .slipway = { account-ending.slipway }
    .you = { account-ending.you }

account-app-refused =
    .happened = TikTok does not accept your app’s client key and secret.
    .slipway = Your accounts stay connected. Slipway renews their sign-ins and continues their posts as soon as TikTok accepts the app.
    .you = Compare both with your app’s page in TikTok’s developer portal and correct them in Settings.

account-gone =
    .happened = This account is no longer connected.
    .slipway = { -nothing-changed }

account-label-long =
    .happened = A label can have up to { $max } characters.
    .slipway = { -nothing-changed }
    .you = Shorten it.

account-label-control =
    .happened = A label cannot contain line breaks or invisible characters.
    .slipway = { -nothing-changed }
    .you = Type it again.

scope-user-info-basic = Slipway cannot show this account’s name and picture.
scope-video-publish = Slipway cannot post directly to the profile. It can still send drafts to the inbox.
scope-video-upload = Slipway cannot send drafts to the TikTok inbox. It can still post directly.
scope-unused = Slipway does not use this permission.
