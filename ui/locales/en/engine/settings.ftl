# Settings that were not saved.

-settings-kept = Slipway keeps the previous settings.

settings-grace =
    .happened = The grace period is longer than { $days } days.
    .slipway = { -settings-kept }
    .you = Choose a shorter one.

settings-spacing =
    .happened = The minimum gap between two posts is longer than { $hours } hours.
    .slipway = { -settings-kept }
    .you = Choose a shorter one. To post less often, use weekly slots.

settings-upload-limit =
    .happened = The upload limit is below { $rate } per second. Few videos would finish within the hour that TikTok allows for each.
    .slipway = { -settings-kept }
    .you = Choose a higher limit, or pause the uploads.

settings-no-days =
    .happened = The upload limit has times but no days.
    .slipway = { -settings-kept }
    .you = Choose at least one day, or let the limit always apply.

settings-port =
    .happened = 0 is not a port.
    .slipway = { -settings-kept }
    .you = Choose a port from 1024 to 65535.

settings-hosted-page =
    .happened = The address of your page { $fault ->
        [not_https] does not begin with https://.
        [user] contains a user name.
        [not_static] contains a ? or a #.
        [too_long] is too long: TikTok accepts up to 511 characters.
       *[not_an_address] is not a web address.
    }
    .slipway = { -settings-kept }
    .you = Enter the address exactly as you registered it at TikTok, such as https://your.domain/slipway/.

settings-settle =
    .happened = Slipway can wait 1 to 600 seconds for a file in a watched folder to stop changing.
    .slipway = { -settings-kept }
    .you = Choose a time in this range.

settings-pattern =
    .happened = “{ $pattern }” is not a valid name pattern.
    .slipway = { -settings-kept }
    .you = Use * for any letters, ? for one letter, and [abc] for one of several.

settings-store =
    .happened = The settings could not be saved.
    .slipway = { -settings-kept }
    .you = { -check-disk }
