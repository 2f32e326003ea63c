# Making a video fit TikTok’s rules: the steps, the creator’s decisions, and what went wrong.

fit-step-repack = Copies the video and sound into an MP4 file, without any loss.
fit-step-encode = Re-encodes the video as H.264, at high quality.
fit-step-scale = Scales it to { $width } × { $height } pixels.
fit-step-pad = Adds black bars to make it { $width } × { $height } pixels.
fit-step-frame-rate = Changes it to { $fps } frames per second.
fit-step-tone-map = Converts HDR to the colours that every screen can show.{ $highlights ->
    [flat] { " " }Bright parts become flatter, because this ffmpeg has no tone mapping.
   *[kept] { "" }
}
fit-step-limit-size = Keeps the file below 4 GB, with up to { $rate } Mbit per second.
fit-step-encode-audio = Re-encodes the sound as AAC.
fit-step-add-silence = Adds a silent sound track.
fit-step-cut = Keeps the first { $keep } and removes the rest.

fit-question-cut = Cut it after { $keep }
fit-question-no-audio = Add a silent sound track
fit-question-landscape = Add black bars to make it upright
fit-question-hdr = Convert HDR to standard colours
fit-question-frame-rate = Change the frame rate
fit-question-also = Fix this as well

-fit-kept = Your video and the draft are unchanged.
-fit-removed = Slipway removed that file. Your video and the draft are unchanged.
fit-no-ffmpeg =
    .happened = Slipway needs ffmpeg to change a video, and this computer does not have it.
    .slipway = Slipway changes nothing until ffmpeg is installed.
    .you = { $system ->
        [windows] Install it with “winget install Gyan.FFmpeg”, then try again.
        [macos] Install it with “brew install ffmpeg”, then try again.
       *[linux] Install the package ffmpeg, for example with “sudo apt install ffmpeg”, then try again.
    }

fit-no-encoder =
    .happened = The ffmpeg on this computer was built without { $encoder }.
    .slipway = Slipway can only repack and cut videos with it.
    .you = { $system ->
        [windows] Install a complete one with “winget install Gyan.FFmpeg”, then try again.
        [macos] Install a complete one with “brew install ffmpeg”, then try again.
       *[linux] Install the package ffmpeg, for example with “sudo apt install ffmpeg”, then try again.
    }

fit-nothing =
    .happened = There is nothing to change about this video.
    .slipway = { -fit-kept }

fit-under-way =
    .happened = This video is already being changed to fit.
    .slipway = Slipway continues with it.

fit-no-space =
    .happened = The new file may need { $needed }, and the disk has only { $free } free.
    .slipway = { -fit-kept }
    .you = Free some space on the disk, then try again.

fit-write =
    .happened = The new file could not be written: { $detail }.
    .slipway = { -fit-kept }
    .you = Check that the disk is connected and has free space, then try again.

fit-start =
    .happened = ffmpeg could not be started: { $detail }.
    .slipway = { -fit-kept }
    .you = Check that “ffmpeg -version” works in a terminal.

fit-refused =
    .happened = { $detail ->
        [none] ffmpeg could not convert this video.
       *[known] ffmpeg could not convert this video: { $detail }
    }
    .slipway = { -fit-kept }
    .you = Export the video again, or copy the command and run it in a terminal to see more.

fit-still-unfit =
    .happened = ffmpeg made a file that still breaks a rule: { $found }.
    .slipway = { -fit-removed }
    .you = Export the video again with other settings.

fit-unreadable =
    .happened = ffmpeg made a file that cannot be read.
    .slipway = { -fit-removed }
    .you = Try again, or export the video again.

fit-cancelled =
    .happened = You stopped this.
    .slipway = { -fit-kept }
