# Connecting an account: what went wrong, and the page that the browser shows.

-connect-nothing = No account was connected, and your other accounts are not affected.
-connect-again = Go back to Slipway and choose Connect account again.

connect-credentials-missing =
    .happened = Slipway does not know your TikTok app yet.
    .slipway = { -connect-nothing }
    .you = Enter its client key and secret in Settings.

connect-listen =
    .happened = Slipway could not open a local port for TikTok’s answer: { $detail }.
    .slipway = { -connect-nothing }
    .you = Close programs that block local connections, then try again.

connect-expired =
    .happened = This sign-in has expired. A sign-in is valid for ten minutes.
    .slipway = { -connect-nothing }
    .you = { -connect-again }

connect-cancelled =
    .happened = This sign-in was cancelled in Slipway.
    .slipway = { -connect-nothing }
    .you = { -connect-again }

connect-too-many =
    .happened = Eight newer sign-ins were started, so this one, the oldest, was cancelled.
    .slipway = { -connect-nothing }
    .you = Finish or close the others, then connect again.

connect-state-mismatch =
    .happened = This answer does not belong to the sign-in that Slipway started.
    .slipway = Slipway ignored it. The current sign-in continues.
    .you = Use the browser page that Slipway opened, or connect again.

connect-state-used =
    .happened = This sign-in was already used.
    .slipway = Slipway accepts each answer once.
    .you = Look in Slipway: your account may already be there. Otherwise connect again.

connect-unreadable =
    .happened = TikTok’s answer cannot be read.
    .slipway = Slipway ignored it. The current sign-in continues.
    .you = Use the browser page that Slipway opened, or connect again.

connect-not-a-target-user =
    .happened = Your TikTok app is in sandbox mode, and this account is not one of its target users.
    .slipway = { -connect-nothing }
    .you = Add the account under Sandbox, Target users in TikTok’s developer portal (this can take an hour), then connect again.

connect-denied =
    .happened = You did not allow the connection.
    .slipway = { -connect-nothing }
    .you = If that was a mistake, connect again.

connect-refused =
    .happened = TikTok refused the connection: { $error } { $description }
    .slipway = { -connect-nothing }
    .you = Check your TikTok app’s products, scopes and redirect address in the developer portal.

connect-nothing-granted =
    .happened = You allowed neither posting nor sending drafts, so Slipway could not do anything with this account.
    .slipway = { -connect-nothing }
    .you = Connect again and leave at least one of the two ticked.

connect-store =
    .happened = The account could not be saved.
    .slipway = { -connect-nothing }
    .you = Check that your disk has free space, then connect again.

# The page that the browser shows once TikTok’s answer is here.
answer-page-title = { $title } · Slipway
answer-page-open = Open Slipway
answer-connected = Connected
answer-connected-first = { $name } is connected to Slipway.
answer-connected-second = You can close this page and go back to Slipway.
answer-connected-fewer = You left out some permissions that you gave before. The account’s card in Slipway shows what does not work without them.
answer-another-creator = Not connected yet
answer-another-creator-first = { $agreed } agreed, but this sign-in was for { $expected }.
answer-another-creator-second = Nothing was changed. Go back to Slipway and choose what to do.
# The second paragraph about a notice: what Slipway does, and what the creator can do.
answer-notice-second = { $slipway } { $you }
answer-not-connected = Not connected
