# Running in the background: closing the window, starting at login, and the summary of an absence.

background-close-title =
    { $tray ->
        [yes] Slipway keeps running in the tray
       *[no] Slipway keeps running
    }
background-close-minimised = This desktop has no tray, so Slipway minimises its window.
background-close-awake = Keep this computer on and awake until then.
background-close-settings = Slipway says this once. You can change it in the settings.
background-keep-running = Keep running
background-quit-anyway = Quit anyway

background-quit-title = Quit Slipway?
background-quit-text = Slipway sends nothing while it is closed.
background-quit-next = Next post: { $moment }.
background-quit = Quit

background-scheduled =
    { $count ->
        [one] { $count } post is scheduled.
       *[other] { $count } posts are scheduled.
    }
background-under-way =
    { $count ->
        [one] { $count } post is being sent.
       *[other] { $count } posts are being sent.
    }
background-waiting =
    { $count ->
        [one] { $count } post is waiting.
       *[other] { $count } posts are waiting.
    }
background-watched =
    { $count ->
        [one] { $count } folder is watched.
       *[other] { $count } folders are watched.
    }

background-offer-label = Start at login
background-offer-title = Start Slipway when you log in?
background-offer-text =
    { $occasion ->
        [folder] Slipway takes new videos only while it is running. It starts in the background, without a window.
       *[schedule] Scheduled posts go out only while Slipway is running. It starts in the background, without a window.
    }
background-offer-accept = Start at login
background-offer-decline = Not now
background-offer-accepted = Slipway starts when you log in

background-away-title = While you were away
background-away-late-sent = Due: { $moment }. Sent { $late } late.
background-away-late-sending = Due: { $moment }. Goes out { $late } late.
background-away-missed = Due: { $moment }. Not sent, because the grace period was over.
background-away-published = TikTok has published it.
background-away-delivered = It is in your TikTok inbox.
background-away-failed = TikTok did not publish it.
background-away-folder =
    { $count ->
        [one] { $count } new video
       *[other] { $count } new videos
    }
background-away-show = Show in queue
background-away-open-folder = Open folder

background-settings-title = Background
background-settings-close = When you close the window
background-settings-close-text = Slipway is needed while posts are scheduled, waiting or being sent, and while folders are watched.
background-settings-close-when-needed = Keep running when needed
background-settings-close-always = Always keep running
background-settings-close-never = Quit
background-settings-login = Start at login
background-settings-login-text = Slipway starts in the background when you log in, and sends what is due.
background-settings-awake = Stay awake while uploading
background-settings-awake-text = The computer does not go to sleep by itself during an upload. Slipway cannot wake a sleeping computer: a post that is due then goes out afterwards, within the grace period.
