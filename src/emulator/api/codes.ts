/**
 * The codes the emulator answers with: Feishu's number and the words it sends. Wire texts differ from the documented
 * descriptions and may change, which is why clients must not match on them.
 * @see docs:api-call-guide/ugjM14COyUjL4ITN (generic), docs:cardkit-v1 (2xxxxx, 3xxxxx), docs:im-v1 (23xxxx)
 */
export const CODES = {
  // Generic, docs:api-call-guide/ugjM14COyUjL4ITN
  badParameter: [10003, "invalid param"],
  appUnavailable: [10014, "app is unavailable"],
  wrongSecret: [10015, "app secret invalid"],
  rateLimited: [99991400, "request trigger frequency limit"],
  ipDenied: [99991401, "ip is not allowed"],
  quotaUsedUp: [99991403, "monthly api call quota exceeded"],
  pathNotFound: [99991201, "path not found"],
  wrongMethod: [99991301, "http method not allowed"],
  tokenMissing: [99991661, "Missing access token for authorization. Please make a request with token attached."],
  appDisabled: [99991662, "app is disabled"],
  tokenInvalid: [99991663, "Invalid access token for authorization. Please make a request with token attached."],
  appTokenInvalid: [99991664, "invalid app_access_token"],
  userTokenInvalid: [99991668, "Invalid access token for authorization. Please make a request with token attached."],
  tokenPrefix: [99991671, "token format is incorrect, it must start with 't-' or 'u-'"],
  scopeMissing: [99991672, "Access denied."],
  openIdUnknown: [99992351, "open_id not exist"],
  openIdOfOtherApp: [99992361, "open_id cross app"],
  userIdUnknown: [99992360, "user_id not exist"],
  messageIdUnknown: [99992354, "message_id not exist"],
  chatIdUnknown: [99992356, "chat_id not exist"],
  fieldValidation: [99992402, "field validation failed"],
  ticketInvalid: [10012, "app_ticket is invalid or expired"],
  tenantCodeInvalid: [99991665, "invalid tenant code"],
  /** Not on the page of bot info; seen as the answer there while the bot ability is off (openclaw/openclaw set-up logs). */
  noBot: [11205, "app do not have bot"],
  // CardKit, docs:cardkit-v1
  cardParameter: [10002, "invalid parameter"],
  cardContent: [200220, "card content could not be generated"],
  /** Of an unknown property, in a world that answers it on CardKit too. */
  cardParse: [200621, "parse card json err, please check whether the card json is correct"],
  addElementTimeout: [200510, "card streaming timeout"],
  bodyIsNil: [200610, "body is nil"],
  cardUnknown: [200740, "card entity does not exist"],
  cardExpired: [200750, "card entity expired"],
  uuidConflict: [200770, "uuid conflict"],
  cardBusy: [200810, "card is in interaction"],
  streamingTimeout: [200850, "card streaming timeout"],
  cardTooLarge: [200860, "card is too large"],
  replaceFailed: [300121, "replace element failed"],
  configFailed: [300122, "update config failed"],
  /** Of a wrong form (Code 1002) or used twice (Code 1001). */
  elementId: [300301, "ErrMsg: Code 1001: Duplicate ID; "],
  updateMultiFalse: [300302, "update_multi is false"],
  onlySchema2: [300303, "only support schema 2.0"],
  tooManyElements: [300305, "element exceeds the limit"],
  cardEmpty: [300307, "card dsl is empty"],
  streamingClosed: [300309, "streaming mode is closed"],
  notText: [300310, "element is not text"],
  cardOfOtherApp: [300311, "no permission to operate this card"],
  tagChanged: [300312, "can not change element tag"],
  elementMissing: [300313, "not find elementID : "],
  deleteFailed: [300314, "delete element failed"],
  addFailed: [300315, "add element failed"],
  sequence: [300317, "ErrMsg: sequence number compare failed; "],
  // Messages, docs:im-v1
  imParameter: [230001, "Your request contains an invalid request parameter"],
  botNotInChat: [230002, "The bot can not be outside the group."],
  botAbilityOff: [230006, "Bot ability is not activated."],
  recallWindow: [230009, "The time to recall the message has expired."],
  recalled: [230011, "The message was recalled."],
  userUnavailable: [230013, "Bot has NO availability to this user."],
  resourceOfOtherApp: [230017, "Bot is NOT the owner of the resource."],
  chatForbids: [230018, "These operations are NOT allowed at current group settings."],
  topicUnknown: [230019, "The topic does NOT exist."],
  chatFrequency: [230020, "This operation triggers the frequency limit."],
  tooLong: [230025, "The length of the message content reaches its limit."],
  recallDenied: [230026, "No permission to recall this message."],
  lackPermission: [230027, "Lack of necessary permissions."],
  userResigned: [230029, "The user has resigned."],
  patchTooOld: [230031, "The message can not be updated after 14 days."],
  receiveId: [230034, "The receive_id is invalid."],
  sendDenied: [230035, "Send Message Permission deny."],
  fileType: [230055, "The type of file upload does not match the type of message being sent."],
  sending: [230049, "The message is being sent."],
  stoppedByUser: [230053, "The user has stopped the bot from sending messages."],
  typeUnsupported: [230054, "This operation is not supported for this message type."],
  editNotSender: [230071, "The operator is not the sender of the message."],
  topicsForbidden: [230071, "The group does not support replying in thread."],
  aggregated: [230072, "Aggregated messages do not support replying in thread."],
  editsUsed: [230072, "The message has reached the number of times it can be edited."],
  editWindow: [230075, "The time the message can be edited has expired."],
  threadInvisible: [230073, "The thread is invisible to the operator."],
  cardFailed: [230099, "Failed to create card content, ext="],
  // Reactions, docs:im-v1/message-reaction
  emojiInvalid: [231001, "reaction type is invalid."],
  reactionOperatorOutside: [231002, "The operator has no permission to react on the specific message."],
  reactionMessageMissing: [231003, "The message is not found."],
  reactionNotOwn: [231007, "The reaction is not yours."],
  reactionNotOnMessage: [231010, "The reaction is not on the message."],
  reactionIdInvalid: [231011, "The reaction id is invalid."],
  // Chats, docs:group
  chatDissolved: [232009, "Your request specifies a chat which has already been dissolved."],
  chatParameter: [232001, "Your request contains an invalid request parameter"],
  // Media, docs:im-v1/{image,file}, message/get-message-resource
  mediaParameter: [234001, "Invalid request param."],
  mediaUnauthorized: [234002, "Unauthorized."],
  mediaNotInMessage: [234003, "File not in message."],
  mediaNotInChat: [234004, "App not in chat."],
  mediaBotOff: [234007, "App does not enable bot feature."],
  mediaTooBig: [234006, "The file size exceed the max value."],
  mediaEmpty: [234010, "File's size can't be 0."],
  imageFormat: [234011, "Can't recognize image format."],
  imageResolution: [234039, "The image resolution exceeds the limit."],
  mediaCard: [234043, "Unsupported message type."],
  // Delayed card update, docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN
  delayedTooLarge: [100000, "card is over 100 KB"],
  delayedMalformed: [11311, "card is malformed"],
  delayedNotJson: [100030, "body is not json"],
  delayedRecalled: [200000, "message is recalled"],
  delayedOtherApp: [200310, "card of another app"],
  delayedTokenMalformed: [300020, "token is malformed"],
  delayedTokenExpired: [300030, "token is expired"],
  delayedTokenUsed: [300040, "token has been used too many times"],
  delayedOpenIds: [300090, "open_ids is required"],
} as const;

/** A code's name in {@link CODES}. */
export type CodeName = keyof typeof CODES;

/**
 * Codes with a page whose cause the emulator does not have (audits, encrypted chats, Feishu's own failures). A fault answers
 * them, with these words unless it brings its own.
 */
export const FAULT_ONLY_CODES: readonly (readonly [code: number, msg: string])[] = [
  [2200, "Internal Error"],
  [5000, "internal error"],
  [55001, "server internal error"],
  [1_000_004, "too many requests"],
  [1_000_005, "server error"],
  [99991673, "app status is invalid in this tenant"],
  [99991677, "user access token is expired"],
  [99991679, "Unauthorized. The user has not granted the scope."],
  [300120, "server internal error"],
  [200400, "frequency limit"],
  [230022, "The content of the message contains sensitive information."],
  [230028, "The messages do NOT pass the audit."],
  [230038, "Cross tenant p2p chat is not allowed."],
  [230050, "The message is invisible to the operator."],
  [230074, "Editing is not supported in encrypted chats."],
  [230110, "Action unavailable as the message has been deleted."],
  [230111, "Action unavailable as the message will self-destruct soon."],
  [231004, "The chat in which the message exists is not found, maybe not exist, deleted or archived."],
  [231008, "The operator has no access to the message."],
  [231015, "Act on reaction failed, repeated request is processing."],
  [231203, "The chat type does not support history."],
  [232096, "Meta writing has stopped, please try again later."],
  [234037, "Downloaded file size exceeds limit."],
  [234038, "The operation is not allowed because the chat is restricted."],
];

/**
 * What follows `ErrCode:` in the text of 230099.
 * @see docs:im-v1/message/create (rows marked D in the reference), public code for the rest
 */
export const SUB_CODES = {
  catchAll: 11310,
  mention: 100290,
  templateMissing: 200380,
  templateInvisible: 200381,
  imageKey: 200570,
  parse: 200621,
  variableType: 200732,
  tag: 200861,
  version: 200830,
  /** A card of schema 1.0 patched with one of 2.0: seen in baileyh8/hermes-feishu-streaming-card#227. */
  createFailed: 200800,
  tableRows: 200914,
  tableRowName: 200915,
  audioForward: 300220,
} as const;
