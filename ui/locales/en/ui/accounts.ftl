# Accounts, and connecting them.

accounts-labelled = { $label } · { $name }
accounts-title = Accounts
accounts-lead = You sign in to each account on TikTok’s own page, in your browser. Slipway keeps its tokens encrypted on this computer.
accounts-empty-title = No account yet
accounts-empty-text = Connect a TikTok account to post to it. You sign in in your browser, and Slipway never sees your password.
accounts-connected-since = Connected { $date }
accounts-connected = Connected
accounts-reconnect-needed = Reconnect needed
accounts-ending = Ends soon
accounts-reconnect = Reconnect
accounts-reconnect-now = Reconnect now
accounts-grant-more =
    { $missing ->
        [direct] Allow direct posts…
        [inbox] Allow inbox drafts…
       *[other] Allow more…
    }
accounts-lasts = The sign-in lasts until { $date }, unless Slipway renews it before then.
accounts-details = Details
accounts-find = Find an account
accounts-need-you =
    { $count ->
        [one] { $count } account needs you
       *[other] { $count } accounts need you
    }
accounts-none-found = No account matches.
accounts-mark = Label and colour
accounts-label = Label
accounts-label-hint = Only you see it, next to the nickname. At most 40 characters.
accounts-colour = Colour
accounts-no-colour = No colour

accounts-colours-red = Red
accounts-colours-orange = Orange
accounts-colours-yellow = Yellow
accounts-colours-green = Green
accounts-colours-teal = Teal
accounts-colours-blue = Blue
accounts-colours-violet = Violet
accounts-colours-pink = Pink

accounts-save = Save
accounts-disconnect = Disconnect
accounts-disconnect-title = Disconnect { $name }?
accounts-disconnect-text = Slipway deletes this account’s tokens from this computer and asks TikTok to end the access. Without a connection, Slipway deletes the tokens now and informs TikTok later.
accounts-disconnect-posts =
    { $count ->
        [0] No unfinished post is for this account. What is published stays on TikTok.
        [one] { $count } unfinished post is for this account. A post that has not started becomes a draft again, and an upload stops. What is published stays on TikTok.
       *[other] { $count } unfinished posts are for this account. Posts that have not started become drafts again, and uploads stop. What is published stays on TikTok.
    }
accounts-disconnect-confirm = Disconnect account
accounts-disconnected = { $name } is disconnected
accounts-revocations = Disconnected, TikTok not yet informed
accounts-revocation = { $name }: Slipway informs TikTok as soon as it can reach it.
accounts-revocation-since = Disconnected here on { $date }

accounts-scopes-user-info-basic = See name and picture
accounts-scopes-video-publish = Post directly
accounts-scopes-video-upload = Send to inbox

accounts-allowed = Allowed
accounts-not-allowed = Not allowed

accounts-slots-title = Weekly slots
accounts-slots-text = Preferred posting times of this account, in { $zone } time.
accounts-slots-empty = No slots yet. “Next free slot” fills them in order.
accounts-slots-add = Add a time on { $day }
accounts-slots-remove = Remove { $day } { $time }
accounts-slots-time = Time on { $day }
accounts-slots-save = Add

connecting-title = Waiting for your browser

connecting-texts-new = Allow access on TikTok’s page in your browser. Slipway continues automatically.
connecting-texts-reconnect = Sign in as { $name } on TikTok’s page in your browser and allow access. Slipway continues automatically.
connecting-texts-grantMore = Sign in as { $name } on TikTok’s page in your browser and leave every box ticked. Slipway continues automatically.

connecting-several = Allow access on TikTok’s pages in your browser, in any order. Slipway continues automatically.

connecting-purposes-new = Another account
connecting-purposes-reconnect = Reconnect { $name }
connecting-purposes-grantMore = More permissions for { $name }

connecting-expires = The link works until { $time }.
connecting-expired = The link has expired. Cancel, then connect again.
connecting-reopen = Open the browser again
connecting-copy = Copy the link
connecting-copied = Link copied
connecting-connected = { $name } is connected
connecting-failed-title = The account was not connected
connecting-hide = Keep working
connecting-try-again = Try again
connecting-waiting =
    { $count ->
        [one] Waiting for your browser
       *[other] Waiting for { $count } pages
    }

connecting-other-title = You signed in as { $agreed }
connecting-other-text = Slipway expected { $expected }, but { $agreed } allowed access on TikTok’s page. Nothing has changed so far.
connecting-other-retry = Try again as { $expected }
connecting-other-retry-text = Sign in as { $expected } on TikTok’s website first. TikTok’s page uses the account that is signed in there.
connecting-other-add = Add { $agreed } as another account
connecting-other-add-text = Slipway then has both accounts. { $expected } stays unchanged.
connecting-other-renew = Renew the sign-in of { $agreed }
connecting-other-renew-text = { $agreed } is already connected and gets a new sign-in. { $expected } stays unchanged.
