# Watched folders, the files in them, and videos that Slipway knows already.

-video-by-content = Slipway recognises it by its content, whatever the file is called.

video-posted =
    .happened = The same video was posted to { $account } on { $at }.
    .slipway = { -video-by-content }
    .you = Post it again only if that is what you want.

video-planned =
    .happened = The same video has been in the queue for { $account } since { $at }.
    .slipway = { -video-by-content }
    .you = Post it again only if that is what you want.

folder-away =
    .happened = The folder is not there. Its drive may be unplugged or out of reach.
    .slipway = Slipway looks for it every few seconds and continues automatically. It still knows every file.
    .you = Connect the drive again, or remove the folder here if it is gone for good.

folder-not-tagged =
    .happened = A posted video could not be tagged, because its drive does not support extended attributes.
    .slipway = Slipway left the file as it is. It still recognises the video.
    .you = Choose “Leave” or “Move to Posted” for this folder.

folder-not-moved =
    .happened = A posted video could not be moved to “Posted”.
    .slipway = Slipway left the file where it is. It still recognises the video.
    .you = Check that you may write to the folder, or choose “Leave” for it.

-folder-leaves = Slipway does not post it.
-folder-looks-again = Slipway does not post it, and checks it again when it changes.

folder-file-not-finished =
    .happened = The file is still being written.
    .slipway = Slipway takes it once it is finished.
    .you = Wait until the export or copy has finished.

folder-file-gone =
    .happened = The file is no longer there as it was, or posts have been made from it in the meantime.
    .slipway = { -nothing-changed }
    .you = Look at the list again.

folder-file-dismissed =
    .happened = You chose to leave this video out.
    .slipway = { -folder-leaves }
    .you = Take it if you changed your mind.

folder-file-known =
    .happened = The same video is { $uses }.
    .slipway = Slipway recognises it by its content and does not post it twice.
    .you = Choose “Post again anyway” if that is what you want.

folder-use-posted = posted to { $account } on { $at }
folder-use-planned = in the queue for { $account } since { $at }
folder-uses = { $first }, and { $rest }
folder-uses-none = already posted

folder-file-made =
    .happened = Slipway made this file from another video with “Make it fit”.
    .slipway = Slipway does not post it: the post of that video already uses it.
    .you = Take it if you want another post of it.

folder-file-copy =
    .happened = A post was made from the same video, “{ $path }” in this folder.
    .slipway = { -video-by-content } It makes no second post, even if you removed the first.
    .you = Take it if you want another post of it.

folder-file-conflict-copy =
    .happened = A sync tool ({ $tool }) made this copy because the video was changed in two places.
    .slipway = { -folder-leaves }
    .you = Take it if it is the right version, or give it another name.

folder-file-motion-photo =
    .happened = This is the moving part of a photo from a phone.
    .slipway = { -folder-leaves }
    .you = Take it if you want to post it.

folder-file-other-format =
    .happened = This is a video of the kind .{ $ending }, which TikTok does not accept.
    .slipway = { -folder-leaves }
    .you = Export it as an MP4, MOV or WebM video.

folder-file-no-ending =
    .happened = This is a video, but its name does not end like one.
    .slipway = { -folder-leaves }
    .you = Add .mp4, .mov or .webm to its name, whichever it is.

folder-file-link =
    .happened = This is a symbolic link, not a file.
    .slipway = Slipway does not follow links, because their targets can change unseen.
    .you = Put the video itself into the folder.

folder-file-empty =
    .happened = The file is empty.
    .slipway = { -folder-looks-again }
    .you = If nothing more arrives, export the video again.

folder-file-picture =
    .happened = This is a picture, although its name says video.
    .slipway = { -folder-looks-again }
    .you = Post photos in the TikTok app.

folder-file-no-video =
    .happened = This file contains no video.
    .slipway = { -folder-looks-again }
    .you = Export it as an MP4, MOV or WebM video.

folder-file-cut =
    .happened = The end of the video is missing, and nothing more arrived for five minutes.
    .slipway = { -folder-looks-again }
    .you = Check whether the export or copy stopped, and start it again.

folder-file-damaged =
    .happened = The video file is damaged.
    .slipway = { -folder-looks-again }
    .you = Export it again as MP4.

folder-file-not-a-video =
    .happened = This is not a video that Slipway can read, although its name says so.
    .slipway = { -folder-looks-again }
    .you = Export it as an MP4, MOV or WebM video.

folder-file-name =
    .happened = The file’s name is not valid text.
    .slipway = { -folder-leaves }
    .you = Rename the file.

folder-file-unreadable =
    .happened = The file cannot be read: { $detail }.
    .slipway = { -folder-looks-again }
    .you = Check that you may open it.

folder-file-no-such-account =
    .happened = The subfolder “{ $name }” does not name an account of this folder.
    .slipway = { -folder-leaves }
    .you = Rename the subfolder to a label, an @username or a nickname, or add the account to the folder.

folder-file-no-subfolder =
    .happened = The video is not in a subfolder of an account.
    .slipway = { -folder-leaves }
    .you = Move it into the subfolder of the account that it is for.

folder-file-caption =
    .happened = Its caption would have { $units } characters. TikTok accepts up to { $max }.
    .slipway = Slipway never cuts a caption, so it does not post the video.
    .you = Shorten it by { $excess }.

-folder-side-again = Slipway does not post the video, and checks it again when the file changes.

folder-side-account =
    .happened = The side file names “{ $name }”, which is not an account of this folder.
    .slipway = { -folder-looks-again }
    .you = Correct the name: use a label, an @username or a nickname.

folder-side-encoding =
    .happened = The side file is not UTF-8 text.
    .slipway = { -folder-side-again }
    .you = Save it as UTF-8. Editors offer this as “encoding” when saving.

folder-side-too-long =
    .happened = The side file is longer than any caption.
    .slipway = { -folder-side-again }
    .you = Check that it is the right file, or shorten it.

folder-side-json =
    .happened = The side file has an error in line { $line }, column { $column }: { $detail }.
    .slipway = { -folder-side-again }
    .you = Correct it there.

# An error in a side file, after a colon. `$name` is the word that it is about.
folder-side-fault = { $fault ->
    [unknown_field] there is no field “{ $name }”
    [duplicate_field] the field “{ $name }” is there twice
    [unknown_choice] “{ $name }” is not a choice of this field
    [hashtag] “{ $name }” cannot be a hashtag, which has only letters, digits, emoji and _
    [value] this field does not take such a value
    [not_an_object] the file must contain an object, not a list
    [incomplete] the text ends too early
   *[syntax] this is not valid JSON
}

folder-side-unreadable =
    .happened = The side file cannot be read: { $detail }.
    .slipway = { -folder-side-again }
    .you = Check that you may open it.

-folder-made-draft = Slipway did not send the video and made a draft of it.

folder-hold-consent =
    .happened = The side file chooses something that you did not agree to for this folder.
    .slipway = { -folder-made-draft }
    .you = Check the choices, then approve the post.

folder-hold-no-slots =
    .happened = The account has no weekly slots.
    .slipway = { -folder-made-draft }
    .you = Add slots to the account, or choose a time for this post.

folder-hold-moment =
    .happened = The time in the side file cannot be used: it has passed, is too far ahead, or is not a valid time.
    .slipway = { -folder-made-draft }
    .you = Choose another time, or post it now.

folder-hold-file =
    .happened = TikTok does not accept this file.
    .slipway = { -folder-made-draft }
    .you = See what is wrong with it in the draft.

folder-hold-incomplete =
    .happened = Something that TikTok asks for is missing.
    .slipway = { -folder-made-draft }
    .you = Open the draft to see what to choose.

-folder-waits = Until then, Slipway takes nothing from this folder. Nothing in it is lost.

folder-blocked-account =
    .happened = An account of this folder is no longer connected.
    .slipway = { -folder-waits }
    .you = Connect it again, or choose other accounts for the folder.

folder-blocked-scope =
    .happened = { $scope ->
        [publish] An account of this folder did not grant the permission to post directly.
        [upload] An account of this folder did not grant the permission to send drafts.
       *[other] An account of this folder did not grant { $scope }, which the folder needs.
    }
    .slipway = { -folder-waits }
    .you = Connect the account again with this permission, or choose another action for the folder.

folder-blocked-consent =
    .happened = You have not agreed to posting directly from this folder.
    .slipway = { -folder-waits }
    .you = Open the folder’s settings and agree, or let its posts wait for your approval.

folder-blocked-privacy =
    .happened = The audience that you chose for this folder is no longer offered for its account.
    .slipway = { -folder-waits }
    .you = Choose in the folder’s settings who can see its videos.

folder-blocked-settings =
    .happened = The settings of this folder cannot be used.
    .slipway = { -folder-waits }
    .you = Open them and save them again.

folder-blocked-permission =
    .happened = Slipway is not allowed to read this folder.
    .slipway = Slipway tries again every few seconds.
    .you = Change the folder’s permissions, or move your videos elsewhere.

folder-gone =
    .happened = This folder is no longer watched.
    .slipway = { -nothing-changed }

folder-not-a-folder =
    .happened = There is no folder at this place.
    .slipway = { -nothing-changed }
    .you = Choose a folder that exists.

folder-unreadable =
    .happened = Slipway is not allowed to read this folder.
    .slipway = { -nothing-changed }
    .you = Change its permissions, or choose another folder.

folder-name =
    .happened = The folder’s path is not valid text.
    .slipway = { -nothing-changed }
    .you = Rename the folder, or choose another one.

folder-watched =
    .happened = This folder is already watched.
    .slipway = { -nothing-changed }
    .you = Change it in the list of folders.

folder-own =
    .happened = Slipway keeps its own data in this folder.
    .slipway = { -nothing-changed }
    .you = Choose another folder.

folder-no-accounts =
    .happened = No account is chosen, or one of them is no longer connected.
    .slipway = { -nothing-changed }
    .you = Choose the accounts to post to.

folder-consent =
    .happened = Posting directly from a folder needs your agreement to exactly these choices.
    .slipway = { -nothing-changed }
    .you = Read what you agree to, and tick it.

folder-template-placeholder =
    .happened = The template uses { "{" }{ $name }{ "}" }, which does not exist.
    .slipway = { -nothing-changed }
    .you = Use { "{" }name{ "}" }, { "{" }date{ "}" }, { "{" }folder{ "}" } and { "{" }n{ "}" }.

folder-template-brace =
    .happened = A brace in the template has no matching brace.
    .slipway = { -nothing-changed }
    .you = Write each placeholder as { "{" }name{ "}" }, { "{" }date{ "}" }, { "{" }folder{ "}" } or { "{" }n{ "}" }.

folder-hashtag =
    .happened = “{ $hashtag }” cannot be a hashtag.
    .slipway = { -nothing-changed }
    .you = Use only letters, digits, emoji and _.

folder-template-too-long =
    .happened = The template and hashtags alone have { $units } characters, more than TikTok accepts.
    .slipway = { -nothing-changed }
    .you = Shorten them.
