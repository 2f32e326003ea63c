# Converting a video so that it meets TikTok’s rules.

make-fit-title = Make it fit
make-fit-intro = Slipway can convert the video with ffmpeg. The original file stays unchanged, and this draft then uses the new file.
make-fit-make = Make it fit
make-fit-steps = What Slipway will do
make-fit-choose = Your choice
make-fit-nothing = Choose what to change.
make-fit-looking = Checking the file…
make-fit-copy = Copy ffmpeg command
make-fit-copy-all = Copy the full command
make-fit-copied = Command copied
make-fit-progress-of = Converting { $name }
make-fit-percent = { $percent }{"\u00A0"}% done
make-fit-left = about { $time } left
make-fit-waiting = Waiting for another video to finish.
make-fit-stop = Stop
make-fit-done = The draft now uses { $name }
make-fit-failed = { $name } could not be converted
make-fit-again = Check again
