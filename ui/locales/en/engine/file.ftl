# Files that were not added, and what TikTok’s rules say about those that were. `$context` says whether the file was to
# be added to the queue or belongs to a post.

-file-left-out = Slipway left it out. The other files are not affected.

file-missing =
    .happened = The file is not there.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Check whether it was moved or renamed, then add it again.

file-folder =
    .happened = This is a folder, not a video.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Open the folder and drop the videos themselves.

file-special =
    .happened = This is not a regular file.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Add a video file.

file-empty =
    .happened = The file is empty.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Export the video again.

file-picture =
    .happened = This is a picture. TikTok accepts photos only from verified web addresses, not from a computer.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Add a video, or post the photo in the TikTok app.

file-no-video =
    .happened = This file contains no video.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Add an MP4, MOV or WebM video.

file-truncated =
    .happened = The end of the video is missing. It may still be being written, or the copy was interrupted.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Wait until the export or copy has finished, then add it again.

file-damaged =
    .happened = The video file is damaged.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Export it again as MP4 and add that file.

file-not-a-video =
    .happened = This is not a video that Slipway can read.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Add an MP4, MOV or WebM video.

file-name =
    .happened = The file’s name is not valid text.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Rename the file, then add it again.

file-unreadable =
    .happened = The file cannot be read: { $detail }.
    .slipway = { $context ->
        [post] { -nothing-changed }
       *[queue] { -file-left-out }
    }
    .you = Check that you may open it and that its drive is connected.

file-duplicate =
    .happened = This file is already a draft in your queue.
    .slipway = Slipway keeps the existing draft.
    .you = Open the draft to continue with it.

# TikTok’s rules for videos. `$severity` says whether TikTok would refuse the file.

-clip-blocked = Slipway does not send a file that TikTok would refuse.
-clip-sent = Slipway sends it as it is.

clip-container =
    .happened = The container is { $found }. TikTok accepts MP4, MOV and WebM.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video as MP4.

clip-codec =
    .happened = The video codec is { $found }. TikTok accepts H.264, H.265, VP8 and VP9.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again with H.264.

clip-frame-rate-low =
    .happened = The frame rate is { $found }. TikTok accepts { $min } to { $max } fps.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again at 30 fps.

clip-frame-rate-high =
    .happened = The frame rate is { $found }. TikTok accepts { $min } to { $max } fps.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again at 30 or 60 fps.

clip-picture-too-small =
    .happened = The video is { $found }. TikTok accepts at least { $min } on each side.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again in 1080 × 1920.

clip-picture-too-large =
    .happened = The video is { $found }. TikTok accepts up to { $max } on each side.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again in 1080 × 1920.

clip-too-long =
    .happened = The video is { $found } long. TikTok accepts up to { $max }.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Cut it here, or shorten it in your editor and add it again.

clip-too-long-for-creator =
    .happened = The video is { $found } long. This account may post up to { $max }.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Cut it here, or shorten it in your editor and add it again.

clip-too-short =
    .happened = The video is only { $found } long. At least { $min } is safe.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = If TikTok refuses it, make it a little longer.

clip-too-large =
    .happened = The file is { $found }. TikTok accepts up to { $max }.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Make it fit here, or export the video again with a lower bit rate.

clip-no-audio =
    .happened = The video has no sound. Most videos on TikTok have a sound track.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Add a sound track if you did not intend this.

clip-landscape =
    .happened = The video is { $found }: wider than it is high.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Upright videos fill the screen.

clip-hdr =
    .happened = The video is { $found }. TikTok shows standard dynamic range.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }
    .you = Its colours may look different on TikTok. To be sure, export it in standard dynamic range.

clip-other =
    .happened = Found: { $found }. Expected: { $wanted }.
    .slipway = { $severity ->
        [blocks] { -clip-blocked }
       *[warns] { -clip-sent }
    }

