# What a draft still needs before it can be sent, the TikTok app, and diagnostics.

-compose-not-sent = The draft is saved and was not sent.

compose-account =
    .happened = No account is chosen, or it is no longer connected.
    .slipway = { -compose-not-sent }
    .you = Choose the account to post to.

compose-scope =
    .happened = { $scope ->
        [publish] This account did not grant the permission to post directly.
        [upload] This account did not grant the permission to send drafts.
       *[other] This account did not grant { $scope }, which this way of posting needs.
    }
    .slipway = { -compose-not-sent }
    .you = Connect the account again with this permission, or choose the other way of posting.

compose-privacy =
    .happened = You have not chosen who can see this video.
    .slipway = { -compose-not-sent }
    .you = Choose one of the options.

compose-caption =
    .happened = The caption has { $units } characters. TikTok accepts up to { $max }.
    .slipway = { -compose-not-sent }
    .you = Shorten it by { $excess }.

compose-disclosure =
    .happened = You need to indicate if your content promotes yourself, a third party, or both.
    .slipway = { -compose-not-sent }
    .you = Tick at least one, or switch the disclosure off.

compose-branded-private =
    .happened = Branded content visibility cannot be set to private.
    .slipway = { -compose-not-sent }
    .you = Choose another audience, or untick Branded content.

compose-file =
    .happened = TikTok does not accept this file.
    .slipway = { -compose-not-sent }
    .you = See what is wrong with it in the draft, and add a corrected file.

setup-malformed =
    .happened = The client key and client secret must not be empty or contain spaces.
    .slipway = { -nothing-changed }
    .you = You find both on your app’s page in TikTok’s developer portal.

setup-fixed =
    .happened = The client key and secret come from SLIPWAY_CLIENT_KEY and SLIPWAY_CLIENT_SECRET.
    .slipway = { -nothing-changed }
    .you = Change the variables, or remove them to enter values here.

diagnostics =
    .happened = The diagnostics could not be collected.
    .slipway = { -nothing-changed }
    .you = Try again. If this continues, quit Slipway and start it again.
