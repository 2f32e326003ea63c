# The port for TikTok’s webhooks.

-webhook-asks = Slipway asks TikTok for the status of your posts instead, so nothing gets lost, and retries the port every minute.

webhook-port-taken =
    .happened = Another program uses port { $port }, so TikTok’s webhooks cannot arrive.
    .slipway = { -webhook-asks }
    .you = Close the other program, or choose another port in Settings and point your tunnel to it.

webhook-port-reserved =
    .happened = Your system reserves port { $port }, so TikTok’s webhooks cannot arrive.
    .slipway = { -webhook-asks }
    .you = Choose port 1024 or higher in Settings and point your tunnel to it.

webhook-port =
    .happened = Port { $port } cannot be opened ({ $detail }), so TikTok’s webhooks cannot arrive.
    .slipway = { -webhook-asks }
    .you = Choose another port in Settings and point your tunnel to it.
