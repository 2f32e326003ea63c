# What the program prints on a terminal.

command-line-help =
    Publish videos to TikTok from your desktop.

    Usage: { "slipway [OPTIONS] [FILE...]" }

    Slipway adds the files to the queue as drafts. If Slipway is already open, that one adds them.

    Options:
    { "      --background" }  start in the tray, without a window
    { "  -h, --help      " }  print this text
    { "  -V, --version   " }  print the version
command-line-unexpected-option = Unknown option: { $option }
command-line-unexpected-value = The option { $option } takes no value: { $value }
command-line-missing-value = The option { $option } needs a value.
command-line-not-text = An argument is not readable text.
command-line-unusable = These arguments cannot be used.
command-line-hint = Try “{ "slipway --help" }”.
command-line-no-screen = There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.
command-line-no-window = The window could not be opened. Is DISPLAY or WAYLAND_DISPLAY right?
command-line-window-failed = The window could not be opened. The log says more.
command-line-core-file = A crash may leave a core file, because core files could not be turned off: { $detail }.
command-line-secrets-lost = The secrets of the environment are lost, because they could not be read: { $detail }.
command-line-secrets-kept = The environment keeps its secrets, because Slipway could not restart: { $detail }.
