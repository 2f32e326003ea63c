# Watched folders and the videos in them.

folders-title = Folders
folders-lead = Slipway turns each new video in these folders into posts, once.
folders-add = Add folder
folders-empty-title = Export into a folder to post
folders-empty-text = Slipway watches the folders you choose and takes each finished video once. You decide where it goes: to your TikTok inbox, to a draft for your approval, or directly to your profile. You can also drop a folder on this window.

folders-states-watching = Watching
folders-states-byScanning = Watching by scanning
folders-states-scanning = Scanning
folders-states-paused = Paused
folders-states-away = Not found
folders-states-blocked = Needs you

folders-by-scanning-hint = This drive does not report new files, so Slipway checks it every few seconds.
folders-pause = Pause
folders-resume = Resume
folders-edit = Edit
folders-reveal = Open folder
folders-remove = Remove
folders-reconnect = Reconnect { $name }
folders-accounts-of = Accounts of { $name }
folders-account-gone = Account no longer connected
folders-sum = { $action }, { $when }
folders-counts-of = Videos in { $name }

folders-counts-offered = { $count } offered
folders-counts-waiting = { $count } waiting
folders-counts-approval = { $count } to approve
folders-counts-taken = { $count } taken
folders-counts-skipped = { $count } skipped

folders-nothing-yet = No videos yet
folders-remove-title = Stop watching { $name }?
folders-remove-text = Slipway takes no more videos from this folder. Its posts stay in the queue, and its files stay where they are. Slipway remembers which videos were posted.
folders-remove-confirm = Stop watching
folders-removed = { $name } is no longer watched
folders-drop-title = Watch { $name }?
folders-drop-text = This is a folder. Slipway can watch it and take each new video you put into it. First you decide where the videos go.
folders-drop-confirm = Set it up
folders-drop-already = { $name } is already watched
folders-missing = This folder is no longer watched.
folders-back = All folders

folders-actions-approve = Prepare for my approval
    .text = Each video becomes a draft in the queue. Nothing is sent until you approve it.
folders-actions-inbox = Send to my TikTok inbox
    .text = Slipway sends each video to your TikTok inbox automatically. You finish and post it in the TikTok app.
folders-actions-direct = Post directly
    .text = Slipway posts each video to your profile automatically, with the choices you make and agree to below.

folders-short-actions-approve = Drafts for your approval
folders-short-actions-inbox = Sent to your TikTok inbox
folders-short-actions-direct = Posted directly

folders-whens-atOnce = as soon as possible
folders-whens-nextSlot = in the next free slot
folders-whens-dailyAt = daily at { $time }

folders-files-title = Videos
folders-files-filter = Show
folders-files-all = All

folders-files-show-offered = Offered
folders-files-show-waiting = Waiting
folders-files-show-taken = Taken
folders-files-show-skipped = Skipped

folders-files-ignored =
    { $count ->
        [one] { $count } other file ignored: not a video, or its name is on the list of names to ignore.
       *[other] { $count } other files ignored: not videos, or their names are on the list of names to ignore.
    }
folders-files-ignored-list = Change the list
folders-files-empty = Slipway has not seen a video in this folder yet. Add one and it appears here.
folders-files-nothing = No videos here
folders-files-more = Show more
folders-files-offered-lead =
    { $count ->
        [one] { $count } video was already there. Slipway ignores it until you take it.
       *[other] { $count } videos were already there. Slipway ignores them until you take them.
    }
folders-files-approval-lead =
    { $count ->
        [one] { $count } draft waits for your approval.
       *[other] { $count } drafts wait for your approval.
    }
folders-files-to-queue = Go to the queue
folders-files-offered = Offered
folders-files-offered-text = Already in the folder when Slipway started to watch it.
folders-files-settling = Being written
folders-files-settling-text = Slipway takes it when it is complete and has settled.
folders-files-side-file = Waiting
folders-files-side-file-text = Waiting for { $name }.
folders-files-taken = Taken
folders-files-taken-gone = Its posts are no longer in the queue.
folders-files-skipped = Skipped
folders-files-seen = First seen
folders-files-posts-of = Posts of { $name }
folders-files-open-post = { $account }: { $state }
folders-files-details = Details
folders-files-take = Take
folders-files-take-now = Take now
folders-files-leave = Ignore
folders-files-again = Post again anyway
folders-files-take-all =
    { $count ->
        [one] Take it
       *[other] Take all { $count }
    }
folders-files-leave-all =
    { $count ->
        [one] Ignore it
       *[other] Ignore all { $count }
    }
folders-files-take-all-title =
    { $count ->
        [one] Take { $count } video?
       *[other] Take { $count } videos?
    }

folders-files-take-all-text-approve = Each video becomes a draft for each of its accounts. Slipway sends nothing until you approve it.
folders-files-take-all-text-inbox = Slipway sends each video to the TikTok inbox of its accounts. TikTok keeps at most 5 pending drafts a day.
folders-files-take-all-text-direct = Slipway posts each video directly, with the choices you agreed to for this folder.

folders-files-leave-all-title =
    { $count ->
        [one] Ignore { $count } video?
       *[other] Ignore { $count } videos?
    }
folders-files-leave-all-text = The files stay where they are. You find them under “Skipped” and can take them later.
folders-files-took-some =
    { $count ->
        [one] { $count } video taken
       *[other] { $count } videos taken
    }
folders-files-left-some =
    { $count ->
        [one] { $count } video ignored
       *[other] { $count } videos ignored
    }
folders-files-not-taken = Not taken: { $path }

folders-form-add-title = Watch a folder
folders-form-edit-title = Edit { $name }
folders-form-back = Back
folders-form-folder = Folder
folders-form-choose-another = Choose another
folders-form-looking = Checking the folder…
folders-form-nothing-there = No videos yet. Slipway takes each new one when it is complete.
folders-form-already-there =
    { $count ->
        [one] { $count } video is already there. Slipway ignores it until you take it.
       *[other] { $count } videos are already there. Slipway ignores them until you take them.
    }
folders-form-others =
    { $count ->
        [one] Slipway ignores { $count } other file.
       *[other] Slipway ignores { $count } other files.
    }
folders-form-network = The folder is on a network drive. Slipway checks it for new videos every few seconds.
folders-form-accounts = Accounts
folders-form-accounts-text = Each video becomes one post for each account.
folders-form-accounts-per-folder = The accounts that a subfolder may name.
folders-form-no-accounts = Connect an account first.
folders-form-needs-reconnect = Connect it again before it can post.
folders-form-action = What happens to a new video
folders-form-posting = Post settings
folders-form-posting-text = They apply to every video of this folder. Options that TikTok does not offer are greyed out.
folders-form-common = These options are available to all of the accounts: { $names }.
folders-form-asking = Asking TikTok what these accounts may post…
folders-form-ask-again = Ask TikTok again
folders-form-now-barred = { $name } cannot post directly at the moment.
folders-form-when = When to post
folders-form-when-approved = The time counts from your approval.

folders-form-whens-atOnce = At once
folders-form-whens-nextSlot = Next free slot
folders-form-whens-dailyAt = Daily at a time

folders-form-time = Time of day

folders-form-when-texts-atOnce = As soon as the video is complete.
folders-form-when-texts-atOnceApproved = As soon as you approve it.
folders-form-when-texts-nextSlot = In the account’s next weekly slot that no other post uses.
folders-form-when-texts-dailyAt = One post a day for each account. The next video waits for the next day.

folders-form-no-slots = No weekly slots yet: { $names }.
folders-form-add-slots = Add weekly slots
folders-form-caption = Caption

folders-form-captions-fileName = File name
    .text = The name of the video without its extension.
folders-form-captions-textFile = Text file next to it
    .text = A video waits until there is a .txt file with the same name.
folders-form-captions-jsonFile = JSON file next to it
    .text = A video waits until there is a .json file with the same name. It may set every field of a post.
folders-form-captions-template = Template
    .text = Your own text, with details of each video filled in.

folders-form-template = Template
folders-form-placeholders = Insert

folders-form-placeholder-names-name = File name
folders-form-placeholder-names-date = Date
folders-form-placeholder-names-folder = Folder
folders-form-placeholder-names-n = Number

folders-form-preview = Preview
folders-form-preview-of = Caption of { $name }
folders-form-example-name = harbour_morning.mp4
folders-form-pair = { $side } belongs to { $video }.
folders-form-json-example = Example
folders-form-json-caption = First light over the harbour
folders-form-json-hashtag = boatbuilding
folders-form-hashtags = Hashtags after every caption
folders-form-hashtags-placeholder = #boatbuilding #slowliving
folders-form-inbox-loss = TikTok drops the caption of an inbox draft. Slipway keeps it in the queue so that you can copy it.
folders-form-subfolders = Subfolders

folders-form-subfolder-choices-ignore = Ignore them
    .text = Slipway takes only videos in the folder itself.
folders-form-subfolder-choices-include = Watch them too
    .text = Slipway treats their videos like those in the folder itself.
folders-form-subfolder-choices-perAccount = One subfolder for each account
    .text = Name each subfolder after the label, the @username or the nickname of the account its videos go to.

folders-form-subfolder-table = Accounts of the subfolders
folders-form-subfolder = Subfolder
folders-form-account = Account
folders-form-names-nobody = Matches no chosen account. Slipway skips its videos.
folders-form-no-subfolders = There are no subfolders yet. Create one for each account and give it the account’s name.
folders-form-after = After posting

folders-form-afters-leave = Leave the file
    .text = The file stays unchanged. Slipway remembers it and never takes it twice.
folders-form-afters-moveToPosted = Move it to “Posted”
    .text = Slipway moves it to a folder of that name next to it, with its side file.
folders-form-afters-tag = Tag the file
    .text = The file stays where it is. Slipway adds the time of posting as a file attribute.

folders-form-consent-title = Your agreement
folders-form-consent = Post every new video of this folder directly to { $names }, with the choices on this page and without asking me each time.
folders-form-consent-text = Slipway records when you agreed and to what. To stop, pause or remove the folder at any time.
folders-form-consented = You agreed to these choices on { $date }. If you change them, Slipway asks you again.
folders-form-watch = Watch this folder
folders-form-save = Save changes
folders-form-watching = Slipway now watches { $name }
folders-form-saved = Changes to { $name } saved

folders-form-blockers-account = Choose at least one account.
folders-form-blockers-reconnect = Connect { $name } again.
folders-form-blockers-no-direct = { $name } did not allow direct posts.
folders-form-blockers-no-inbox = { $name } did not allow inbox drafts.
folders-form-blockers-loading = Waiting for TikTok’s answer about these accounts.
folders-form-blockers-unknown-creator = Slipway does not know yet what { $name } may post.
folders-form-blockers-nothing-common = No audience is available to all of these accounts. Watch one folder for each account.
folders-form-blockers-privacy = Choose who can see the videos.
folders-form-blockers-time = Choose a time of day.
folders-form-blockers-template = Write the caption template.
folders-form-blockers-consent = Agree to direct posts from this folder.
folders-form-blockers-folder = Choose a folder that can be watched.

folders-approval-badge = To approve
folders-approval-approve = Approve
folders-approval-review = Review
folders-approval-goes-out = Once approved, it goes out { $when }.
folders-approval-done = Approved. It is on its way.
folders-approval-from-folder = From the folder { $name }

folders-known-title = Slipway knows this video
folders-known-posted = The same video was posted to { $account } ({ $moment }).
folders-known-planned = The same video has been in the queue for { $account } ({ $moment }).
folders-known-more = and { $count } more
folders-known-show = Show in the queue
folders-known-again = Post again anyway
folders-known-blocker = { $name } already has this video.

folders-settings-title = Watched folders
folders-settings-settle = Settling time
folders-settings-settle-text = Slipway takes a video when it is complete and has not changed for this long. Choose more if your editor pauses while it writes.
folders-settings-names = Names to ignore
folders-settings-names-text = Slipway ignores files and folders with these names. Write one pattern on each line; * matches any characters.
folders-settings-names-reset = Use Slipway’s own list
folders-settings-names-saved = List saved
folders-settings-names-save = Save list
folders-settings-names-undo = Undo

folders-known-again-text = { $name } would get the same video twice.
