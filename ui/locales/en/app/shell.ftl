# Requests to the system that did not work.

shell-not-ready =
    .happened = Slipway is not open yet.
    .slipway = { -nothing-changed }
    .you = Wait a moment, then try again.

shell-out-of-bounds =
    .happened = That is longer than Slipway can accept.
    .slipway = { -nothing-changed }
    .you = Shorten it, then try again.

browser-not-opened =
    .happened = Your browser could not be opened.
    .slipway = Slipway asked the system to show a page, and the system did not.
    .you = Set a default browser in your system’s settings, then try again.

files-not-shown =
    .happened = The folder could not be opened.
    .slipway = Slipway asked the system to show it, and the system did not.
    .you = Open it in your file manager yourself.

browser-no-web-page =
    .happened = This address is not a web page.
    .slipway = Slipway did not open it.
    .you = See the video in the TikTok app.

post-no-link =
    .happened = TikTok has not said yet where this video is.
    .slipway = Slipway shows the link as soon as it knows it.
    .you = See your profile in the TikTok app.

sandbox-none =
    .happened = There is no sandbox here.
    .slipway = Slipway is connected to TikTok itself.

clipboard =
    .happened = The text could not be copied.
    .slipway = Your clipboard is unchanged.
    .you = Close other programs that use the clipboard, then try again.

dialog =
    .happened = The window for choosing files did not open.
    .slipway = Nothing was added.
    .you = Drop the files on Slipway instead.

dialog-save =
    .happened = The window for choosing a place did not open, or the chosen place is not on this computer.
    .slipway = Nothing was written.
    .you = Try again, and choose a folder on this computer.

diagnostics-write =
    .happened = The diagnostics could not be written.
    .slipway = Slipway left the folder unchanged.
    .you = Check that the disk has free space and that you can write to the folder, or choose another folder.

preview =
    .happened = The preview could not be prepared.
    .slipway = The video itself is not affected.
    .you = Continue without it, or start Slipway again.

background-preferences =
    .happened = Your choice could not be stored.
    .slipway = { -nothing-changed }
    .you = Check that the disk has free space and that you can write to Slipway’s data folder, then try again.

background-login =
    .happened = The start at login could not be changed.
    .slipway = { -nothing-changed }
    .you = Change it in your system’s settings for startup applications.
