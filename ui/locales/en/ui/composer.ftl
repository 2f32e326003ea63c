# The composer. TikTok prescribes parts of these texts word for word.

composer-title = Compose
composer-back = Back to queue
composer-previous = Previous draft
composer-next = Next draft
composer-position = Draft { $index } of { $count }
composer-missing = This post is no longer in the queue.
composer-saving = Saving
composer-saved = Saved
composer-not-saved = Not saved
composer-remove = Remove draft
composer-account = Account
composer-choose-account = Choose an account
composer-no-accounts = Connect an account to post this video.
composer-loading-creator = Asking TikTok what this account may post…
composer-posting-as = Posting as
composer-creator-failed = Ask TikTok again
composer-use-inbox = Send to the inbox instead
composer-reconnect-needed = TikTok no longer accepts this account’s sign-in. Connect it again to post.
composer-mode = Where to post
composer-direct = Post directly
composer-inbox = Send to inbox
composer-direct-text = Posts to your profile with everything you set here.
composer-inbox-text = Goes to your TikTok inbox. You finish and post it in the TikTok app.
composer-no-direct = This account did not allow direct posts.
composer-no-inbox = This account did not allow inbox drafts.
composer-inbox-loss-title = An inbox draft carries only the video
composer-inbox-loss = TikTok drops the caption, audience, comments, duet, stitch, labels and cover. You set them in the TikTok app. When you send, Slipway copies the caption to your clipboard and keeps it in the queue.
composer-caption = Caption
composer-caption-placeholder = Say something about your video. #hashtags and @mentions work.
composer-counter = { $length } / { $limit }
composer-caption-over =
    { $over ->
        [one] The caption is { $over } character too long.
       *[other] The caption is { $over } characters too long.
    }
composer-privacy = Who can see this video
composer-choose-privacy = Choose who can see it

composer-privacy-names-PUBLIC_TO_EVERYONE = Everyone
composer-privacy-names-MUTUAL_FOLLOW_FRIENDS = Friends
composer-privacy-names-FOLLOWER_OF_CREATOR = Followers
composer-privacy-names-SELF_ONLY = Only me

composer-privacy-gone = TikTok no longer offers the audience you chose. Choose again.
composer-branded-not-private = Branded content visibility cannot be set to private.
composer-branded-blocked-by-privacy = Not available while only you can see the video. Choose another audience first.
composer-interactions = Allow viewers to
composer-comment = Comment
composer-duet = Duet
composer-stitch = Stitch
composer-comment-off = Comments are turned off in your TikTok settings.
composer-duet-off = Duets are turned off in your TikTok settings, or the account is private.
composer-stitch-off = Stitches are turned off in your TikTok settings, or the account is private.
composer-disclose = Disclose commercial content
composer-disclose-text = Turn on if this video promotes goods or services in exchange for something of value.
composer-your-brand = Your brand
composer-your-brand-text = You are promoting yourself or your own business.
composer-branded = Branded content
composer-branded-text = You are promoting another brand or a third party.
composer-label-promotional = Your photo/video will be labeled as 'Promotional content'
composer-label-partnership = Your photo/video will be labeled as 'Paid partnership'
composer-indicate = You need to indicate if your content promotes yourself, a third party, or both.
composer-aigc = AI-generated content
composer-aigc-text = Labels the video “Creator labeled as AI-generated”.
composer-preview = Preview
composer-no-preview-title = No preview available
composer-no-preview = This window cannot play the video, most likely because this computer has no decoder for { $codec }. This alone does not stop the post.
composer-facts = File details

composer-fact-container = Container
composer-fact-video = Video
composer-fact-audio = Sound
composer-fact-size = Picture
composer-fact-fps = Frame rate
composer-fact-length = Length
composer-fact-bytes = File

composer-no-sound = None
composer-fps = { $rate }{"\u00A0"}fps
composer-frame-shown = Frame shown
composer-use-frame-shown = Use this frame
composer-cover = Cover
composer-cover-text = Slide along the film to choose the picture that people see first.
composer-cover-unseen = Slide to the moment that people see first. This window cannot show it.
composer-cover-inbox = You choose the cover in the TikTok app when you finish the draft.
composer-cover-first = First frame
composer-findings = About this file
composer-too-long =
    .happened = This video is { $length } long. { $name } can post up to { $limit } directly.
    .you = Use a shorter video, or send it to the inbox and trim it in the TikTok app.
composer-music = Music Usage Confirmation
composer-branded-policy = Branded Content Policy
composer-post = Post
composer-send = Send to inbox
composer-afterwards = After you post, it may take a few minutes to process and show on your profile.
composer-posted = On its way. It may take a few minutes to process and show on your profile.
composer-sent = On its way to your TikTok inbox.
composer-sent-with-caption = On its way to your TikTok inbox. The caption is on your clipboard.

composer-blockers-account = Choose an account.
composer-blockers-reconnect = Connect the account again.
composer-blockers-loading = Waiting for TikTok’s answer about this account.
composer-blockers-unknown-creator = Slipway does not know yet what this account may post.
composer-blockers-cannot-post = This account cannot post directly right now. Try again later.
composer-blockers-direct = This account did not allow direct posts.
composer-blockers-inbox = This account did not allow inbox drafts.
composer-blockers-privacy = Choose who can see this video.
composer-blockers-caption = Shorten the caption.
composer-blockers-duration = The video is too long for this account.
composer-blockers-file = TikTok would reject this file.

composer-declaration = By posting, you agree to TikTok's { $music }.
composer-declaration-branded = By posting, you agree to TikTok's { $policy } and { $music }.
