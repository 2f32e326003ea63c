# The queue, the states of posts and the row of a post.

queue-title = Queue
queue-add = Add videos
queue-shortcut = Ctrl+O
queue-drop = Drop to add
queue-drop-hint = MP4, MOV or WebM, or a folder to watch
queue-empty-title = Drop your first video here
queue-empty-text = Or choose files from a folder. You set the details before anything is sent.
queue-formats = MP4, MOV or WebM · H.264, H.265, VP8 or VP9 · up to 10{"\u00A0"}minutes and 4{"\u00A0"}GB
queue-no-account-title = Connect a TikTok account
queue-no-account-text = Slipway needs an account before it can post. You can already add videos.

queue-groups-attention = Needs you
queue-groups-approval = To approve
queue-groups-drafts = Drafts
queue-groups-active = In progress
queue-groups-scheduled = Scheduled
queue-groups-done = Done

queue-pause-all = Pause all
queue-resume-all = Resume all
queue-added =
    { $count ->
        [one] { $count } video added
       *[other] { $count } videos added
    }
queue-rejected =
    { $count ->
        [one] Not added: { $names }
       *[other] { $count } files not added: { $names }
    }

state-draft = Draft
state-scheduled = Scheduled
state-queued = Queued
state-checking = Checking
state-uploading = Uploading
state-processing = Processing at TikTok
state-published = Published
state-deliveredToInbox = In your TikTok inbox
state-waiting = Waiting
state-paused = Paused
state-failed = Failed
state-unconfirmed = Unconfirmed
state-cancelled = Cancelled

posts-no-account = No account chosen
posts-edit = Edit
posts-cancel = Cancel
posts-remove = Remove
posts-retry = Try again
posts-ask-again = Check again
posts-back-to-draft = Back to draft
posts-pause = Pause
posts-resume = Resume
posts-post-now = Post now
posts-keep-time = Keep the planned time
posts-change-time = Change time
posts-choose-time = Choose a new time
posts-use-changed-file = Use the changed file
posts-view = View on TikTok
posts-copy-caption = Copy caption
posts-caption-copied = Caption copied
posts-reconnect = Reconnect
posts-details = Details
posts-history-of = History of { $name }
posts-history-empty = Nothing has happened yet.
posts-goes-out = Goes out
posts-goes-out-in = in { $time }
posts-goes-out-soon = any moment now
posts-paused-hint = Paused until you resume it.
posts-upload-of = Uploading { $name }
posts-sent = { $sent } of { $total }
posts-speed = { $speed }/s
posts-left = { $time } left
posts-next-try = Next try in { $time }
posts-next-try-soon = Trying again now
posts-goes-on-in = Continues in { $time }
posts-goes-on-soon = Continuing now
posts-processing-hint = TikTok may take a few minutes to process the video and show it on your profile.
posts-inbox-hint = Open TikTok on your phone and tap the message in your inbox. Paste the caption, choose who can see the video, and post it.
posts-published-toast = Published: { $name }
posts-inbox-toast = In your TikTok inbox: { $name }
posts-thumbnail = Preview picture
