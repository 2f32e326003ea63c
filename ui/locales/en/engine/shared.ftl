# Sentences that several texts share, and the text for codes that have none.

-nothing-changed = Nothing was changed.
-not-twice = Slipway does not send it again, so that it cannot appear twice.
-stopped = Slipway stopped. Nothing was published.
-retries = Slipway keeps retrying automatically and sends nothing twice.
-check-disk = Check that your disk has free space, then try again.

# A fault of a file, folder or port, after a colon.
io-fault = { $kind ->
    [missing] it does not exist
    [denied] access is not allowed
    [read_only] the disk is read-only
    [full] the disk is full
    [busy] another program is using it
    [silent] its drive or network does not answer
   *[other] the system reports an error
}

notice-unknown =
    .happened = Something happened that this version of Slipway cannot describe.
    .you = Install the newest version of Slipway.
