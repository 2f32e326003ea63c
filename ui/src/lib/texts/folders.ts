/** What is said about watched folders and the videos in them. */
import type { AfterPosting, FolderAction, FolderShow, Subfolders } from '../bindings';
import { plural } from './plural';

const videos = (count: number) => plural(count, 'video', 'videos');

export const folders = {
  title: 'Folders',
  lead: 'New videos in these folders become posts by themselves, each once.',
  add: 'Add folder',
  emptyTitle: 'Export into a folder, and it is on its way',
  emptyText:
    'Slipway watches the folders that you choose and takes each finished video in them, once. You decide beforehand what becomes of it: your TikTok inbox, a draft for your approval, or a direct post. A folder can also be dropped on this window.',

  states: {
    watching: 'Watching',
    byScanning: 'Watching by scanning',
    scanning: 'Looking through it',
    paused: 'Paused',
    away: 'Not there',
    blocked: 'Needs you',
  },
  byScanningHint: 'This drive does not tell when files come, so Slipway looks every few seconds.',

  pause: 'Pause',
  resume: 'Resume',
  edit: 'Edit',
  reveal: 'Open folder',
  remove: 'Remove',
  reconnect: (name: string) => `Reconnect ${name}`,
  accountsOf: (name: string) => `Accounts of ${name}`,
  accountGone: 'Account no longer connected',
  sum: (action: string, when: string) => `${action}, ${when}`,
  countsOf: (name: string) => `What was seen in ${name}`,
  counts: {
    offered: (count: number) => `${count} offered`,
    waiting: (count: number) => `${count} waiting`,
    approval: (count: number) => `${count} to approve`,
    taken: (count: number) => `${count} taken`,
    skipped: (count: number) => `${count} skipped`,
  },
  nothingYet: 'No video seen yet',

  removeTitle: (name: string) => `Stop watching ${name}?`,
  removeText:
    'Slipway takes no more videos from this folder. Its posts stay in the queue, and its files stay where they are. Which videos were posted is remembered.',
  removeConfirm: 'Stop watching',
  removed: (name: string) => `${name} is not watched any more`,

  dropTitle: (name: string) => `Watch ${name}?`,
  dropText:
    'This is a folder. Slipway can watch it and take each new video that is put into it. You decide first what becomes of them.',
  dropConfirm: 'Set it up',
  dropAlready: (name: string) => `${name} is watched already`,

  missing: 'This folder is not watched any more.',
  back: 'All folders',

  /** What becomes of a video. */
  actions: {
    approve: [
      'Prepare for my approval',
      'Each video becomes a draft in the queue. Nothing is sent until you approve it.',
    ],
    inbox: [
      'Send to my TikTok inbox',
      'Each video goes to your TikTok inbox by itself. You finish and post it in the TikTok app.',
    ],
    direct: [
      'Post directly',
      'Each video goes to your profile by itself, with what you choose and agree to below.',
    ],
  } satisfies Record<FolderAction, [string, string]>,
  shortActions: {
    approve: 'Prepared for your approval',
    inbox: 'Sent to your TikTok inbox',
    direct: 'Posted directly',
  } satisfies Record<FolderAction, string>,
  whens: {
    atOnce: 'at once',
    nextSlot: 'in the next free slot',
    dailyAt: (time: string) => `daily at ${time}`,
  },

  files: {
    title: 'Videos',
    filter: 'Show',
    all: 'All',
    show: {
      offered: 'Offered',
      waiting: 'Waiting',
      taken: 'Taken',
      skipped: 'Skipped',
    } satisfies Record<FolderShow, string>,
    ignored: (count: number) =>
      `${plural(count, 'other file', 'other files')} left alone: not a video, or a name on the list of names to leave out.`,
    ignoredList: 'Change the list',
    empty: 'No video was seen in this folder yet. Put one into it, and it shows up here.',
    nothing: 'No video stands here at present.',
    more: 'Show more',
    offeredLead: (count: number) =>
      count === 1
        ? '1 video was there before. Slipway leaves it alone until you take it.'
        : `${count} videos were there before. Slipway leaves them alone until you take them.`,
    approvalLead: (count: number) =>
      count === 1 ? '1 draft waits for your approval.' : `${count} drafts wait for your approval.`,
    toQueue: 'Go to the queue',
    offered: 'Offered',
    offeredText: 'There before the folder was watched.',
    settling: 'Being written',
    settlingText: 'Taken once it is complete and lies still.',
    sideFile: 'Waiting',
    sideFileText: (name: string) => `Waits for ${name}.`,
    taken: 'Taken',
    takenGone: 'Its posts are not in the queue any more.',
    skipped: 'Skipped',
    seen: 'When it was seen first',
    postsOf: (name: string) => `Posts of ${name}`,
    openPost: (account: string, state: string) => `${account}: ${state}`,
    details: 'Details',
    take: 'Take',
    takeNow: 'Take now',
    leave: 'Leave alone',
    again: 'Post again anyway',
    takeAll: (count: number) => (count === 1 ? 'Take it' : `Take all ${count}`),
    leaveAll: (count: number) => (count === 1 ? 'Leave it alone' : `Leave all ${count} alone`),
    takeAllTitle: (count: number) => `Take ${videos(count)}?`,
    takeAllText: {
      approve: 'Each becomes a draft for each of its accounts. Nothing is sent until you approve it.',
      inbox: 'Each is sent to the TikTok inbox of its accounts. TikTok keeps at most 5 drafts a day waiting.',
      direct: 'Each is posted directly, with the choices that you agreed to for this folder.',
    } satisfies Record<FolderAction, string>,
    leaveAllTitle: (count: number) => `Leave ${videos(count)} alone?`,
    leaveAllText: 'They stay where they are. You find them under “Skipped” and can take them later.',
    tookSome: (count: number) => `${videos(count)} taken`,
    leftSome: (count: number) => `${videos(count)} left alone`,
    notTaken: (path: string) => `Not taken: ${path}`,
  },

  form: {
    addTitle: 'Watch a folder',
    editTitle: (name: string) => `Edit ${name}`,
    back: 'Back',
    folder: 'Folder',
    chooseAnother: 'Choose another',
    looking: 'Looking into the folder…',
    nothingThere: 'It has no videos yet. Each one that is put into it is taken once it is complete.',
    alreadyThere: (count: number) =>
      count === 1
        ? '1 video is there already. Slipway leaves it alone until you take it.'
        : `${count} videos are there already. Slipway leaves them alone until you take them.`,
    others: (count: number) =>
      count === 1 ? '1 other file is not looked at.' : `${count} other files are not looked at.`,
    network: 'It lies on a network drive. Slipway looks for new videos there every few seconds.',

    accounts: 'Accounts',
    accountsText: 'Each video becomes one post for each account.',
    accountsPerFolder: 'Those that a subfolder may name.',
    noAccounts: 'Connect an account first.',
    needsReconnect: 'Must be connected again before it can post.',

    action: 'What becomes of a new video',

    posting: 'How it is posted',
    postingText: 'The same for every video of this folder. What TikTok does not offer is greyed out.',
    common: (names: string) => `Offered is what TikTok lets all of these creators choose: ${names}.`,
    asking: 'Asking TikTok what these accounts may post…',
    askAgain: 'Ask TikTok again',
    nowBarred: (name: string) => `${name} cannot post directly at the moment.`,

    when: 'When it goes out',
    whenApproved: 'Counted from your approval.',
    whens: { atOnce: 'At once', nextSlot: 'Next free slot', dailyAt: 'Daily at a time' },
    time: 'Time of day',
    whenTexts: {
      atOnce: 'As soon as the video is complete.',
      atOnceApproved: 'As soon as you approve it.',
      nextSlot: 'In the next weekly slot of its account that no other post has.',
      dailyAt: 'One post a day for each account; the next video waits for the next day.',
    },
    noSlots: (names: string) => `No weekly slots yet: ${names}.`,
    addSlots: 'Add weekly slots',

    caption: 'Caption',
    captions: {
      fileName: ['File name', 'The name of the video without its ending.'],
      textFile: [
        'Text file beside it',
        'A video waits until a file of its own name ending in .txt is there.',
      ],
      jsonFile: [
        'JSON file beside it',
        'A video waits until a file of its own name ending in .json is there. It may set every field of a post.',
      ],
      template: ['Template', 'Your own words, with what differs from video to video filled in.'],
    },
    template: 'Template',
    placeholders: 'Insert',
    placeholderNames: {
      '{name}': 'File name',
      '{date}': 'Date',
      '{folder}': 'Folder',
      '{n}': 'Number',
    },
    preview: 'Preview',
    previewOf: (name: string) => `The caption of ${name}`,
    exampleName: 'harbour_morning.mp4',
    pair: (side: string, video: string) => `${side} belongs to ${video}.`,
    jsonExample: 'Example',
    hashtags: 'Hashtags after every caption',
    hashtagsPlaceholder: '#boatbuilding #slowliving',
    inboxLoss:
      'TikTok drops the caption of an inbox draft. Slipway keeps it in the queue, ready to be copied.',

    subfolders: 'Subfolders',
    subfolderChoices: {
      ignore: ['Leave them out', 'Only videos in the folder itself count.'],
      include: ['Watch them too', 'As if their videos lay in the folder itself.'],
      perAccount: [
        'One subfolder for each account',
        'A subfolder bears the label, the @username or the nickname of the account that its videos go to.',
      ],
    } satisfies Record<Subfolders, [string, string]>,
    subfolderTable: 'Which subfolder names which account',
    subfolder: 'Subfolder',
    account: 'Account',
    namesNobody: 'Names no chosen account; its videos are skipped',
    noSubfolders:
      'There is no subfolder yet. Make one for each account, and name it as the account is called.',

    after: 'When its posts are out',
    afters: {
      leave: ['Leave the file', 'It stays as it is. Slipway knows it and never takes it twice.'],
      moveToPosted: ['Move it to “Posted”', 'Into a folder of that name beside it, with its side file.'],
      tag: ['Tag the file', 'It stays where it is and bears the moment of posting as an attribute.'],
    } satisfies Record<AfterPosting, [string, string]>,

    consentTitle: 'Your agreement',
    consent: (names: string) =>
      `Post every new video of this folder directly to ${names}, with the choices on this page and without asking me each time.`,
    consentText:
      'Slipway records when you agreed and to what. You can stop it at any time: pause or remove the folder.',
    consented: (date: string) =>
      `You agreed to these choices on ${date}. If you change them, Slipway asks you again.`,
    and: ' and ',

    watch: 'Watch this folder',
    save: 'Save changes',
    watching: (name: string) => `${name} is watched now`,
    saved: (name: string) => `${name}: changes saved`,

    blockers: {
      account: 'Choose at least one account.',
      reconnect: (name: string) => `Connect ${name} again.`,
      noDirect: (name: string) => `${name} did not allow direct posts.`,
      noInbox: (name: string) => `${name} did not allow inbox drafts.`,
      loading: 'Waiting for TikTok’s answer about these accounts.',
      unknownCreator: (name: string) => `TikTok has not said what ${name} may post.`,
      nothingCommon: 'These accounts have no audience in common. Watch one folder for each of them.',
      privacy: 'Choose who can see the videos.',
      time: 'Choose a time of day.',
      template: 'Write the template of the caption.',
      consent: 'Agree to direct posts from this folder.',
      folder: 'Choose a folder that can be watched.',
    },
  },

  approval: {
    badge: 'To approve',
    approve: 'Approve',
    review: 'Review',
    goesOut: (when: string) => `Once approved, it goes out ${when}.`,
    done: 'Approved. It is on its way.',
    fromFolder: (name: string) => `From the folder ${name}`,
  },

  known: {
    title: 'This video was seen before',
    posted: (account: string, moment: string) => `The same video was posted to ${account}: ${moment}`,
    planned: (account: string, moment: string) =>
      `The same video is in the queue for ${account} since ${moment}`,
    more: (count: number) => `and ${count} more`,
    show: 'Show in the queue',
    again: 'Post again anyway',
    againText: (name: string) => `${name} would have the same video twice.`,
    blocker: (name: string) => `${name} has this video already.`,
  },

  settings: {
    title: 'Watched folders',
    settle: 'Time to settle',
    settleText:
      'A video is taken when it was left untouched for so long and is complete. Choose more if your editor pauses while it writes.',
    names: 'Names to leave out',
    namesText:
      'Files and folders with these names are not looked at. One pattern on each line; * stands for any letters.',
    namesReset: 'Use Slipway’s own list',
    namesSaved: 'List saved',
    namesSave: 'Save list',
    namesUndo: 'Undo',
  },
} as const;
