# The lines of a post’s own history.

# A line that an older version of Slipway wrote in English.
history-plain = { $text }

history-added = Added to the queue
history-added-from-folder = Added from a watched folder
history-queued = Queued
history-scheduled = Scheduled for { $at } (planned in the time zone { $zone })
history-zone-changed = The rules of the time zone changed. The post keeps the local time that you chose.
history-due = Its scheduled time has come
history-late = Late: it was due on { $due } and starts { $late } later
history-missed = Its scheduled time was missed. Waiting for your decision.
history-checking = Checking the file and the account
history-unanswered = TikTok did not confirm that it is ready. Nothing was sent.
history-uploading = TikTok is ready. Uploading.
history-connection-lost = Connection lost at { $at }
history-part-refused = TikTok did not accept a part at { $at }
history-resumed-at = Resuming at { $at }
history-starting-over = The upload can no longer be completed. Starting a new one.
history-all-sent = TikTok has the whole video and is processing it
history-remark = TikTok reported while processing: { $reason }
history-no-answer = TikTok is not answering. Checking again when it does.
history-no-status = TikTok does not report the status. Checking again.
history-reported = TikTok reported the result by webhook
history-published = Published
history-delivered = Delivered to the TikTok inbox
history-visible = Visible on the profile
history-no-longer-public = No longer public on TikTok
history-waiting = Waiting: { $cause }
history-ended = { $cause }
history-paused = Paused
history-resumed = Resumed
history-cancelled = Cancelled
history-retrying = Trying again
history-asking-again = Checking with TikTok again
history-draft = Back to a draft
history-draft-to-change = Back to a draft, to be changed
history-changed-file = Using the file as it is now
history-newer-file = Using { $file }, which was exported later
history-fitted-file = Using { $file }, which was made to fit
history-account-disconnected = The account was disconnected
history-account-disconnected-early = The account was disconnected before TikTok reported the result
history-restored = Restored from the backup of { $from }. This post may have been published since.
