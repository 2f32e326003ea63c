# Why Slipway did not start.

environment-not-text =
    .happened = The variable { $name } is not readable text.
    .slipway = { -vault-untouched }
    .you = Correct or remove it, then start Slipway again.

environment-endpoint =
    .happened = The address in { $name } cannot be used: { $reason ->
        [insecure] it must begin with https://. Only addresses on this computer may begin with http://.
        [not_an_origin] it may have no path, query, user name or password.
       *[invalid] it is not a web address.
    }
    .slipway = { -vault-untouched }
    .you = Correct or remove it, then start Slipway again.

environment-half-credentials =
    .happened = { $given } is set, but { $missing } is not.
    .slipway = { -vault-untouched }
    .you = Set both or neither, then start Slipway again.

environment-language =
    .happened = The variable SLIPWAY_LANGUAGE names a language that Slipway does not speak.
    .slipway = { -vault-untouched }
    .you = Correct or remove it, then start Slipway again.

sandbox-in-use =
    .happened = Another Slipway is already using this sandbox.
    .slipway = { -vault-untouched }
    .you = Use the window that is already open, or close it first.

sandbox-damaged =
    .happened = The sandbox’s file { $path } cannot be read.
    .slipway = { -vault-untouched }
    .you = Move the file away to start with an empty sandbox, then try again.

sandbox-start =
    .happened = { $step ->
        [listen] The sandbox could not open its port: { $detail }.
        [open] The sandbox’s folder cannot be used: { $detail }.
        [save] The sandbox’s file could not be saved: { $detail }.
       *[other] The sandbox could not be started.
    }
    .slipway = { -vault-untouched }
    .you = Check that the disk has free space and that no program blocks local connections, then try again.
