# Choosing when a post goes out.

scheduling-when = When to post

scheduling-choices-now = Now
scheduling-choices-at = At a time
scheduling-choices-slot = Next free slot

scheduling-date = Date
scheduling-time = Time
scheduling-today = Today
scheduling-tomorrow = Tomorrow
scheduling-day-and-time = { $day }, { $time }
scheduling-zone = { $name } time
scheduling-zone-hint = Times are in the { $zone } time zone.
scheduling-change-zone = Change
scheduling-change-zone-label = Change the time zone
scheduling-skipped = Clocks go forward that night and { $said } does not exist. The post goes out at { $real }.
scheduling-repeated = Clocks go back that night and { $said } happens twice. The post goes out the first time.
scheduling-slot-asking = Looking for the next free slot…
scheduling-slot-account = Choose an account to see its next free slot.
scheduling-no-slots = This account has no weekly slots yet.
scheduling-add-slots = Add weekly slots
scheduling-running = This computer must be awake then, with Slipway running.
scheduling-running-direct = This computer must be awake then, with Slipway running. TikTok may take a few minutes to show the video on your profile.
scheduling-forecast-direct = This will be post { $count } of about { $typical } in 24{"\u00A0"}hours
scheduling-forecast-inbox = This will be draft { $count } of { $most } in 24{"\u00A0"}hours
scheduling-forecast-hint = Counts what this account sent or planned in the 24{"\u00A0"}hours before, against what TikTok typically allows. TikTok also counts posts from other apps.
scheduling-schedule = Schedule
scheduling-add-to-slot = Add to next slot
scheduling-scheduled = Scheduled: { $moment }.
scheduling-scheduled-plain = Scheduled.
scheduling-dialog-title = When should { $name } go out?

scheduling-blockers-incomplete = Choose a date and a time.
scheduling-blockers-asking = Checking the time…
scheduling-blockers-refused = Choose another time.
scheduling-blockers-slot-unknown = Slipway could not find the next free slot.
scheduling-blockers-no-slots = Add weekly slots for this account first, or choose a time.
