# The tray, notifications and the system’s dialogs.

tray-show = Show Slipway
tray-quit = Quit Slipway

notification-uploading = Slipway is still uploading
notification-uploading-body = Your videos continue in the background. To see them, open Slipway again or use its icon in the tray.

dialog-add-videos = Add videos
dialog-videos = Videos
dialog-all-files = All files
dialog-watch-folder = Watch a folder
dialog-export-audit = Export the audit trail
dialog-export-diagnostics = Export diagnostics
dialog-json-lines = JSON Lines
dialog-csv = CSV
dialog-zip = ZIP archive
