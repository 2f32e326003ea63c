# The database while Slipway runs: full disks, damage, restored backups.

-database-kept = Nothing was changed. Stored data stays as it is, and uploads continue when there is space again.

database-full =
    .happened = Your disk is full, so Slipway could not save the change.
    .slipway = { -database-kept }
    .you = Free some space, then try again.

database-read-only =
    .happened = Slipway can no longer write to its database.
    .slipway = Nothing was changed. Stored data stays as it is, and uploads continue when the database can be written again.
    .you = Check that the disk is connected and writable, then try again.

database-refused =
    .happened = Your disk did not accept the change. It may be full, over its quota, or failing.
    .slipway = { -database-kept }
    .you = Free some space and check the disk, then try again.

database-busy =
    .happened = { $path ->
        [none] Another program has Slipway’s database open.
       *[known] Another program has { $path } open.
    }
    .slipway = { $path ->
        [none] { -nothing-changed }
       *[known] { -vault-untouched }
    }
    .you = Close that program, then try again.

database-unreadable =
    .happened = Something in Slipway’s database cannot be read.
    .slipway = Slipway leaves it as it is. At the next start it checks everything and, if necessary, restores the newest backup.
    .you = Quit Slipway and start it again.

database-failed =
    .happened = Slipway’s database did not accept the change.
    .slipway = { -nothing-changed }
    .you = Try again. If this continues, quit Slipway and start it again.

database-restored =
    .happened = { $kept ->
        [none] Slipway’s database was gone, so Slipway restored the backup of { $from }. It does not include what you did after that.
       *[known] Slipway’s database was damaged, so Slipway restored the backup of { $from }. It does not include what you did after that.
    }
    .slipway = { $kept ->
        [none] Posts that were on their way are paused, because they may have been published since.
       *[known] Posts that were on their way are paused, because they may have been published since. The damaged file is kept at { $kept }.
    }
    .you = Look at your profiles before you resume a post or send one again.

database-backup-failed =
    .happened = Slipway could not back up its database: { $why ->
        [full] the disk is full.
        [read_only] its folder is not writable.
        [damaged] something in the database cannot be read.
       *[refused] the disk did not accept it.
    }
    .slipway = Slipway continues, keeps the backups that it has, and retries within the hour.
    .you = Check that the disk with Slipway’s data has free space and is not failing.
