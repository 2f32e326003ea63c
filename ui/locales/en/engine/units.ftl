# Values inside texts: how numbers, sizes, durations, dates, lists and the properties of a video are written.

# Separators of numbers: between groups of thousands, and before the decimals.
number-group = { "," }
number-decimal = { "." }

unit-bytes = { $n }{"\u00A0"}B
unit-kilobytes = { $n }{"\u00A0"}kB
unit-megabytes = { $n }{"\u00A0"}MB
unit-gigabytes = { $n }{"\u00A0"}GB

unit-seconds = { $n }{"\u00A0"}s
unit-minutes = { $n }{"\u00A0"}min
unit-hours =
    { $minutes ->
        [0] { $hours }{"\u00A0"}h
       *[other] { $hours }{"\u00A0"}h { $minutes }{"\u00A0"}min
    }
# A duration in larger units, and what remains in smaller ones.
unit-pair = { $larger } { $smaller }

date-moment =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $hour }:{ $minute }

# The last two names of a list, and a name before the others.
list-pair = { $first } and { $last }
list-more = { $first }, { $rest }

# Properties of a video. `$text` is a name that is the same in every language, such as that of a codec.
measure-text = { $text }
measure-frame-rate = { $rate }{"\u00A0"}fps
measure-picture = { $width }{"\u00A0"}×{"\u00A0"}{ $height }{"\u00A0"}px
measure-pixels = { $pixels }{"\u00A0"}px
measure-length = { $length }
measure-size = { $size }
measure-silence = no sound
measure-range = HDR{"\u00A0"}({ $format })
