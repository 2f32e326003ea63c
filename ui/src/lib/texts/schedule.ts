/** What is said about moments and the days of the week. */
import type { Weekday } from '../bindings';

export const schedule = {
  when: 'When it goes out',
  choices: { now: 'Now', at: 'At a time', slot: 'Next free slot' },
  date: 'Date',
  time: 'Time',
  today: 'Today',
  tomorrow: 'Tomorrow',
  dayAndTime: (day: string, time: string) => `${day}, ${time}`,
  zone: (name: string) => `${name} time`,
  zoneHint: (zone: string) => `Times are meant in ${zone}.`,
  changeZone: 'Change',
  changeZoneLabel: 'Change the time zone',
  skipped: (said: string, real: string) =>
    `On that night clocks go forward: ${said} does not exist, so it goes out at ${real}.`,
  repeated: (said: string) =>
    `On that night clocks go back: ${said} exists twice, and it goes out the first time.`,
  slotAsking: 'Looking for the next free slot…',
  slotAccount: 'Choose an account to see its next free slot.',
  noSlots: 'This account has no weekly slots yet.',
  addSlots: 'Add weekly slots',
  running: 'Slipway must be running then.',
  runningDirect: 'Slipway must be running then. The video may take a few minutes to show on your profile.',
  forecastDirect: (count: number, typical: number) => `${count} of about ${typical} posts in 24 hours`,
  forecastInbox: (count: number, most: number) => `${count} of ${most} drafts in 24 hours`,
  forecastHint:
    'What this account has sent and planned in the 24 hours before, and what TikTok typically takes. TikTok counts all apps.',
  schedule: 'Schedule',
  addToSlot: 'Add to next slot',
  scheduled: (moment: string) => `Scheduled: ${moment}.`,
  scheduledPlain: 'Scheduled.',
  dialogTitle: (name: string) => `When should ${name} go out?`,
  blockers: {
    incomplete: 'Choose a date and a time.',
    asking: 'Checking the time…',
    refused: 'Choose another time.',
    slotUnknown: 'The next free slot is not known.',
    noSlots: 'Add weekly slots for this account first, or choose a time.',
  },
} as const;

export const weekdays = {
  monday: ['Monday', 'Mon'],
  tuesday: ['Tuesday', 'Tue'],
  wednesday: ['Wednesday', 'Wed'],
  thursday: ['Thursday', 'Thu'],
  friday: ['Friday', 'Fri'],
  saturday: ['Saturday', 'Sat'],
  sunday: ['Sunday', 'Sun'],
} as const satisfies Record<Weekday, [string, string]>;
