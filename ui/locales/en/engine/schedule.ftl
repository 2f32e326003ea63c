# Times and slots that cannot be used, and TikTok’s limits that a planned post comes near.

schedule-date-time =
    .happened = “{ $text }” is not a date with a time.
    .slipway = { -nothing-changed }
    .you = Choose the date and the time again.

schedule-time-of-day =
    .happened = “{ $text }” is not a time of day.
    .slipway = { $context ->
        [settings] { -settings-kept }
       *[schedule] { -nothing-changed }
    }
    .you = Enter hours and minutes, such as 18:30.

schedule-unknown-zone =
    .happened = Slipway does not know the time zone “{ $name }”.
    .slipway = { $context ->
        [settings] { -settings-kept }
       *[schedule] { -nothing-changed }
    }
    .you = Choose a zone by a large city in it, such as Europe/Vienna.

schedule-past =
    .happened = This time has passed.
    .slipway = { -nothing-changed }
    .you = Choose a later time, or post now.

schedule-too-far-ahead =
    .happened = This time is more than { $days } days ahead.
    .slipway = { -nothing-changed }
    .you = Choose a time within the next year.

schedule-no-slots =
    .happened = This account has no weekly slots yet.
    .slipway = { -nothing-changed }
    .you = Add the times of the week at which you like to post, or choose a time.

schedule-store =
    .happened = The schedule could not be saved.
    .slipway = { -nothing-changed }
    .you = { -check-disk }

forecast-direct-posts =
    .happened = This will be direct post { $count } of this account within 24 hours. TikTok typically allows about { $typical }. The number differs by creator, and posts through other apps count too.
    .slipway = Slipway sends it at its time all the same. If TikTok refuses it as one too many, Slipway waits and retries automatically.
    .you = Choose a later time if it must go out on time.

forecast-pending-drafts =
    .happened = This will be draft { $count } in this creator’s TikTok inbox within 24 hours. TikTok allows { $max } pending drafts. Drafts from other apps count too, and when TikTok stops counting a draft may differ by creator.
    .slipway = Slipway sends it at its time all the same. If TikTok refuses it as one too many, Slipway waits and retries automatically.
    .you = Finish or discard drafts in the TikTok app before then, or choose a later time.
