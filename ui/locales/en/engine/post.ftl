# Posts: why one waits, failed, or needs the creator.

post-no-reason =
    .happened = The reason was not recorded.
    .slipway = Slipway keeps the post as it is.
    .you = Open its history, or try again.

post-unreadable =
    .happened = { $count ->
        [one] One post of the queue cannot be read, because its entry in the database is damaged.
       *[other] { $count } posts of the queue cannot be read, because their entries in the database are damaged.
    }
    .slipway = { $count ->
        [one] Slipway shows all other posts and does not touch this one.
       *[other] Slipway shows all other posts and does not touch these.
    }
    .you = Look at your profile. If a video is not there, add it again.

post-remark =
    .happened = TikTok reported while processing: { $remark }
    .slipway = This is not the final result. Slipway keeps checking.

post-gone =
    .happened = This post is no longer in the queue.
    .slipway = { -nothing-changed }

post-wrong-state =
    .happened = The post has changed in the meantime, so this is no longer possible.
    .slipway = { -nothing-changed }
    .you = Check its current state.

post-too-late =
    .happened = TikTok already has the whole video.
    .slipway = Slipway keeps checking how the post ends.
    .you = Delete the post in the TikTok app once it is there.

post-file-missing =
    .happened = The file is no longer where it was.
    .slipway = Slipway stopped before sending anything more.
    .you = Put it back and try again, or add it from its new place.

post-file-changed =
    .happened = The file was changed after you added it.
    .slipway = Slipway stopped, so that no mix of the old and the new file is published.
    .you = Add the file again to post it as it is now.

post-file-unreadable =
    .happened = The file cannot be read: { $detail }.
    .slipway = Slipway stopped before sending anything more.
    .you = Check that its drive is connected, then try again.

post-file-empty =
    .happened = The file is empty.
    .slipway = Slipway did not send it.
    .you = Export the video again and add that file.

post-file-too-large =
    .happened = The file is too large. TikTok accepts up to { $max }.
    .slipway = Slipway did not send it.
    .you = Make it fit here, or export the video again with a lower bit rate.

post-offline =
    .happened = TikTok cannot be reached.
    .slipway = Slipway continues automatically as soon as TikTok answers.
    .you = Check your internet connection.

post-tiktok-down =
    .happened = { $http ->
        [none] TikTok is having problems.
       *[other] TikTok is having problems (error { $http }).
    }
    .slipway = Slipway retries automatically.

post-answer-unreadable =
    .happened = TikTok’s answer cannot be read.
    .slipway = Slipway retries automatically.
    .you = If this continues, something between you and TikTok may be changing its answers.

post-rate-limited =
    .happened = TikTok limits the number of requests in a minute.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway continues in a moment.
    }

post-too-many-starts =
    .happened = The upload had to start over too often. Each upload must finish within an hour.
    .slipway = Slipway stopped trying.
    .you = Try again on a faster or more stable connection.

post-reconnect =
    .happened = TikTok no longer accepts this account’s sign-in.
    .slipway = { $context ->
        [connect] { -connect-nothing }
        [request] { -nothing-changed }
       *[post] Slipway keeps the post and continues after you reconnect.
    }
    .you = Reconnect the account as the same creator.

post-account-gone =
    .happened = The account was disconnected.
    .slipway = Slipway keeps the post.
    .you = Connect the account again, then create the post again.

post-credentials-refused =
    .happened = TikTok does not accept your app’s client key and secret.
    .slipway = { $context ->
        [request] { -nothing-changed }
       *[post] Slipway keeps the post.
    }
    .you = Correct them in Settings, then try again.

post-faulted =
    .happened = TikTok had a problem while processing the video and dropped it.
    .slipway = Slipway sends it again automatically.

post-too-long =
    .happened = The video is { $found } long. This account may post up to { $max }.
    .slipway = Slipway did not send it.
    .you = Shorten it, or send it to the inbox and trim it in the TikTok app.

post-privacy-gone =
    .happened = The audience that you chose is no longer offered for this account.
    .slipway = Slipway did not send the video.
    .you = Choose again who can see it.

post-never-said =
    .happened = TikTok has the whole video and has not said whether it was published.
    .slipway = { -not-twice }
    .you = Look at your profile.

post-forgotten =
    .happened = TikTok no longer knows this upload.
    .slipway = { -not-twice }
    .you = Look at your profile. If the video is not there, add it again.

post-metered =
    .happened = This network is metered.
    .slipway = Slipway waits for another network and then continues automatically.
    .you = To upload now, change “Wait on metered networks” in Settings.

post-too-slow =
    .happened = { $minutes ->
        [one] At the speed limit that you set, this upload takes { $minutes } minute. TikTok allows one hour.
       *[other] At the speed limit that you set, this upload takes { $minutes } minutes. TikTok allows one hour.
    }
    .slipway = Slipway did not start it, because it could not finish in time.
    .you = Raise or remove the limit in Settings, then try again.

post-paused-all =
    .happened = You have paused everything.
    .slipway = Slipway keeps what TikTok has received so far.
    .you = Choose “Resume all” to continue.

post-spacing =
    .happened = The account’s last post went out a short time ago.
    .slipway = Slipway keeps the gap that you chose and then continues automatically.

post-missed =
    .happened = This post was due on { $due } and could not go out then.
    .slipway = Slipway did not post it late, because more time has passed than the grace period allows.
    .you = Post it now, or choose a new time.

post-restored =
    .happened = This post comes from the backup of { $from }, so it may have been published since.
    .slipway = Slipway does not send it automatically, so that it cannot appear twice.
    .you = Look at your profile. If the video is not there, resume the post.

# TikTok ended the post for one of its own reasons.

ended-file-format-check-failed =
    .happened = TikTok does not accept this container or codec.
    .slipway = { -stopped }
    .you = Export the video as MP4 with H.264 and add that file.

ended-duration-check-failed =
    .happened = TikTok says that the video is too long or too short.
    .slipway = { -stopped }
    .you = Change its length and add it again.

ended-frame-rate-check-failed =
    .happened = TikTok accepts 23 to 60 frames per second.
    .slipway = { -stopped }
    .you = Export the video at 30 frames per second and add that file.

ended-picture-size-check-failed =
    .happened = TikTok accepts videos with 360 to 4096 pixels on each side.
    .slipway = { -stopped }
    .you = Export the video in 1080 × 1920 and add that file.

ended-internal =
    .happened = TikTok had a problem of its own.
    .slipway = { -stopped }
    .you = Try again.

ended-publish-cancelled =
    .happened = The post was cancelled at TikTok.
    .slipway = { -stopped }
    .you = Try again if you want.

ended-auth-removed =
    .happened = The account’s permission was removed during the upload.
    .slipway = { -stopped }
    .you = Reconnect the account, then try again.

ended-spam-risk-too-many-posts =
    .happened = This account has reached TikTok’s daily limit for posts through apps.
    .slipway = { -stopped }
    .you = Try again tomorrow, or post in the TikTok app.

ended-spam-risk-user-banned-from-posting =
    .happened = TikTok has banned this account from posting.
    .slipway = { -stopped }
    .you = See the reason in the TikTok app.

ended-spam-risk-text =
    .happened = TikTok flagged the caption.
    .slipway = { -stopped }
    .you = Change the caption, then try again.

ended-spam-risk =
    .happened = TikTok flagged the post.
    .slipway = { -stopped }
    .you = Change it before you try again.

ended-other =
    .happened = TikTok ended the post: { $code }.
    .slipway = { -stopped }
    .you = Try again later.
