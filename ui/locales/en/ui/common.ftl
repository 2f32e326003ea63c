# Texts that several pages share: navigation, status, units and common buttons.

common-app = Slipway

common-separator = {" · "}

common-close = Close

common-dismiss = Dismiss

common-keep = Keep it

common-cancel = Cancel

common-opening = Opening Slipway

nav-label = Main
nav-queue = Queue
nav-folders = Folders
nav-accounts = Accounts
nav-security = Security
nav-settings = Settings
nav-accounts-list = Connected accounts
nav-connect = Connect account
nav-unfinished =
    { $count ->
        [one] { $count } post not finished
       *[other] { $count } posts not finished
    }
nav-blocked-folders =
    { $count ->
        [one] { $count } folder needs you
       *[other] { $count } folders need you
    }

sandbox-bar-badge = Sandbox
sandbox-bar-hint = A practice TikTok on this computer. Nothing reaches the real TikTok.
sandbox-bar-open = Open control page

notices-label = Messages
notices-toasts = Confirmations
notices-you = What you can do

status-label = Status
status-paused = Everything is paused.
status-paused-text = Slipway sends nothing until you resume. Videos TikTok already has keep processing there.
status-offline = This computer is offline.
status-offline-text = Posts wait and continue automatically when the network is back.
status-metered = This network is metered.
status-metered-text = Uploads wait for another network, as you chose in the settings.
status-metered-change = Change
status-only-for = { $name }:
status-next-try = Next try in { $time }
status-trying = Trying now…
status-others = Show { $count } more

media-picture = { $width } × { $height }
media-format = { $container }, { $codec }

unit-days =
    { $days ->
        [one] { $days }{"\u00A0"}day
       *[other] { $days }{"\u00A0"}days
    }

unit-days-hours =
    { $days ->
        [one] { $days }{"\u00A0"}day { $hours }{"\u00A0"}h
       *[other] { $days }{"\u00A0"}days { $hours }{"\u00A0"}h
    }

unknown =
    .happened =
        { $details ->
            [0] Something went wrong inside Slipway.
           *[other] Something went wrong inside Slipway ({ $detail }).
        }
    .slipway = Slipway stopped this step. Your videos and accounts are unchanged.
    .you = Try again. If it happens again, restart Slipway.
