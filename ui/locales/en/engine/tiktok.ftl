# Refusals and faults of TikTok. `$context` says what Slipway was doing: sending a post, connecting an account, or
# answering a request of the creator’s.

-tiktok-check-app = Compare both with your app’s page in TikTok’s developer portal and correct them in Settings.

tiktok-offline =
    .happened = TikTok cannot be reached.
    .slipway = { $context ->
        [connect] { -connect-nothing }
       *[request] { -nothing-changed }
    }
    .you = Check your internet connection, then try again.

tiktok-invalid-client =
    .happened = TikTok does not accept your app’s client key and secret.
    .slipway = { $context ->
        [connect] { -connect-nothing }
       *[request] { -nothing-changed }
    }
    .you = { -tiktok-check-app }

tiktok-down =
    .happened = TikTok is having problems (error { $http }).
    .slipway = { $context ->
        [connect] { -connect-nothing }
       *[request] { -nothing-changed }
    }
    .you = { $context ->
        [connect] { -connect-again }
       *[request] Try again in a moment.
    }

tiktok-unreadable =
    .happened = TikTok’s answer cannot be read.
    .slipway = { $context ->
        [connect] { -connect-nothing }
       *[request] { -nothing-changed }
    }
    .you = { $context ->
        [connect] { -connect-again }
       *[request] Try again in a moment.
    }

tiktok-busy =
    .happened = Slipway has made as many requests in the last minute as TikTok allows.
    .slipway = { -nothing-changed }
    .you = Try again in a minute.

tiktok-resting =
    .happened = TikTok has not been answering.
    .slipway = Slipway pauses its requests for a moment and then retries automatically.
    .you = Try again in a moment.

tiktok-spam-risk-too-many-posts =
    .happened = This account has reached TikTok’s daily limit for posts through apps.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway waits and retries in some hours.
    }
    .you = You can still post in the TikTok app.

tiktok-spam-risk-too-many-pending-share =
    .happened = Five drafts from the last 24 hours are still waiting in the TikTok inbox.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway waits and retries later.
    }
    .you = Finish or discard some of them in the TikTok app.

tiktok-spam-risk-user-banned-from-posting =
    .happened = TikTok has banned this account from posting.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway stopped.
    }
    .you = See the reason in the TikTok app.

tiktok-reached-active-user-cap =
    .happened = Your TikTok app has reached the number of creators who may post with it in a day.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway waits and retries in some hours.
    }
    .you = Sending the video to the inbox may work right away.

tiktok-unaudited-client-can-only-post-to-private-accounts =
    .happened = Your TikTok app is not audited yet, so TikTok lets it post only to private accounts.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] { -stopped }
    }
    .you = Make the account private in the TikTok app (Settings, Privacy, Private account), or send the video to the inbox. Choosing “Only me” is not enough.

tiktok-privacy-level-option-mismatch =
    .happened = The audience that you chose is not offered for this account.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway did not send the video.
    }
    .you = Choose again who can see it.

tiktok-scope-not-authorized =
    .happened = This account did not grant the permission that this way of posting needs.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] { -stopped }
    }
    .you = On the account’s card, allow the missing permission and leave it ticked. Then try again.

tiktok-scope-permission-missed =
    .happened = This account did not grant the permission that this way of posting needs.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] { -stopped }
    }
    .you = On the account’s card, allow the missing permission and leave it ticked. Then try again.

tiktok-other =
    .happened = TikTok refused the request ({ $code }). { $message }
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] { -stopped }
    }
    .you = { $context ->
        [connect] { -connect-again }
        [request] Try again in a moment. If this keeps happening, TikTok’s message above says what it wants.
       *[post] Try again later. If this keeps happening, TikTok’s message above says what it wants.
    }

# What TikTok itself said, as it is; or that it refused a part of an upload, for which it has no words.
tiktok-said = { $text }
tiktok-part-refused = TikTok did not accept a part of the video.

# A host that Slipway does not call for a while.

service-silent =
    .happened = TikTok is not answering.
    .slipway = { -retries }
    .you = You do not need to do anything. If this continues, check your connection.

service-faults-for-account =
    .happened = TikTok is having problems with this account.
    .slipway = Slipway keeps retrying automatically and sends nothing twice. Your other accounts continue.
    .you = You do not need to do anything. If this continues, look at your profile in the TikTok app.

service-faults =
    .happened = TikTok is having problems.
    .slipway = { -retries }
    .you = You do not need to do anything.
