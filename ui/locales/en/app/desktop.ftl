# The tray, notifications and the system’s dialogs.

tray-open = Open Slipway
tray-add = Add videos…
tray-pause = Pause all
tray-resume = Resume all
tray-quit = Quit Slipway
tray-idle = Nothing is uploading
tray-uploading = Uploading { $percent }{"\u00A0"}%
tray-paused = Everything is paused
tray-needs-you = { $count ->
    [one] 1 thing needs you
   *[other] { $count } things need you
}
tray-not-open = Slipway cannot open its data
tray-next = Next: { $name }, { $at }
tray-none-next = Nothing is scheduled
tray-percent = { $percent }{"\u00A0"}%
tray-tooltip = Slipway: { $state }

# The reason that the system shows while Slipway keeps the computer awake.
awake-reason = Uploading videos

notification-open = Open
notification-published = Published
notification-published-body = { $name } is on { $account }’s profile.
notification-published-late = { $name } went out { $late } late.
notification-named = { $name }
notification-delivered = In your TikTok inbox
notification-delivered-body = Finish { $name } in the TikTok app.
notification-failed = A post failed
notification-failed-body = { $name }: { $reason }
notification-missed = A post needs you
notification-missed-body = { $name } was not sent. Post it now, or choose another time.
notification-not-open = Slipway needs you
notification-not-open-body = It could not open its data, so nothing is sent. Open Slipway to see why.

dialog-add-videos = Add videos
dialog-videos = Videos
dialog-all-files = All files
dialog-watch-folder = Watch a folder
dialog-export-audit = Export the audit trail
dialog-export-diagnostics = Export diagnostics
dialog-json-lines = JSON Lines
dialog-csv = CSV
dialog-zip = ZIP archive
