# The settings page.

settings-page-title = Settings
settings-page-appearance = Appearance
settings-page-theme = Theme

settings-page-themes-system = System
settings-page-themes-light = Light
settings-page-themes-dark = Dark

settings-page-tiktok-app = TikTok app
settings-page-mode = Slipway posts to

settings-page-modes-sandbox = Sandbox
settings-page-modes-tikTok = TikTok

settings-page-mode-text-sandbox = A practice TikTok on this computer. Nothing goes public.
settings-page-mode-text-tikTok = The real TikTok, through your own developer app.

settings-page-client-key = Client key
settings-page-client-secret = Client secret
settings-page-not-set = Not set
settings-page-secret-stored = Stored encrypted
settings-page-change = Change
settings-page-enter = Enter key and secret
settings-page-forget = Forget
settings-page-forget-title = Forget the TikTok app?
settings-page-forget-text = Slipway deletes the client key and secret from this computer. Connected accounts cannot post until you enter them again.
settings-page-forget-confirm = Forget TikTok app
settings-page-forgotten = TikTok app forgotten
settings-page-switch-to = Use my TikTok app
settings-page-switch-text = When you are done practising, post to the real TikTok.
settings-page-sandbox-switch = Try the sandbox
settings-page-sandbox-switch-text = Practise on this computer without anything going public. You can come back at any time.
settings-page-publishing = Publishing
settings-page-zone = Time zone
settings-page-zone-text = Slipway shows and plans dates, times and weekly slots in this zone.
settings-page-zone-system = { $zone } (this computer)
settings-page-zone-none = No time zone matches.
settings-page-zone-more = Type a city or a region to find more zones.
settings-page-zone-open = Show time zones
settings-page-grace = Grace period
settings-page-grace-text = If this computer was asleep or Slipway was closed at a post’s time, Slipway still sends the post automatically if it is no later than this. After that, Slipway asks you.
settings-page-spacing = Spacing between posts
settings-page-spacing-text = Minimum gap between unscheduled posts of an account. Posts wait in the queue until the gap has passed.
settings-page-no-spacing = None
settings-page-limit = Limit upload speed
settings-page-limit-text = Leaves bandwidth for everything else.
settings-page-speed = Upload speed
settings-page-speed-unit = MB/s
settings-page-speed-bits = About { $megabits }{"\u00A0"}Mbit/s, for all uploads together.
settings-page-speed-wrong = Enter a number above 0.
settings-page-only-during = Only at certain times
settings-page-only-during-text = Outside these times, uploads use your full speed.
settings-page-days = Days
settings-page-from = From
settings-page-to = To
settings-page-overnight = Ends the next day.
settings-page-day-needed = Choose at least one day.
settings-page-metered = Wait on metered networks
settings-page-metered-text = Uploads wait while the network charges by data, such as a phone’s hotspot, and continue automatically afterwards.
settings-page-webhooks = TikTok webhooks
settings-page-webhook = Receive TikTok’s webhooks
settings-page-webhook-text = TikTok can tell Slipway how a post ended, sooner than Slipway asks. This needs your own tunnel from the internet to this computer. Without a tunnel, leave it off: Slipway then asks TikTok itself.
settings-page-port = Port
settings-page-port-wrong = Enter a number from 1 to 65535.
settings-page-webhook-how = Slipway listens only on this computer. Point your tunnel to this address, and enter the tunnel’s https address as the callback URL in TikTok’s developer portal:
settings-page-copy-webhook = Copy address
settings-page-webhook-copied = Address copied

settings-page-hosted-title = Sign-in redirect
settings-page-hosted-toggle = Use your own page
settings-page-hosted-text = After a sign-in, TikTok sends its answer straight to this computer. Apps on TikTok’s Web platform accept only https addresses, so they need your own page, which forwards the answer to Slipway.
settings-page-hosted-address = Page address
settings-page-hosted-placeholder = https://example.com/slipway/
settings-page-hosted-how = Put the folder docs/connect of Slipway’s source on your https site, unchanged. The page runs only its own code and sends nothing anywhere. What it forwards is useless without Slipway.
settings-page-hosted-save = Save
settings-page-hosted-saved = Page address saved
settings-page-hosted-empty = Enter the address of your page.
settings-page-hosted-not-https = The address must begin with https://.
settings-page-hosted-register = Register this redirect address in TikTok’s developer portal:
