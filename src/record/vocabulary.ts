/**
 * Words of Feishu's API, events and cards. A masked recording keeps these and nothing else: what is not listed is somebody's
 * text until proven otherwise.
 */

const words = (text: string): string[] => text.trim().split(/\s+/u);

/** Names of fields. */
export const FIELD_NAMES: ReadonlySet<string> = new Set(
  words(`
    code msg data error expire log_id logid message troubleshooter field_violations permission_violations helps field value
    description scope url schema header event event_id event_type create_time update_time token app_id app_name tenant_key ts
    uuid type sender sender_id sender_type open_id union_id user_id email message_id root_id parent_id thread_id chat_id chat_type
    message_type content mentions key id id_type name mentioned_type user_agent operator operator_id operator_type external
    i18n_names operator_tenant_key last_message_id last_message_create_time reaction_type emoji_type action_time user_id_type
    action tag option options checked timezone form_value input_value context open_message_id open_chat_id preview_token host
    delivery_type toast card challenge encrypt receive_id receive_id_type msg_type reply_in_thread items has_more page_token
    page_size body upper_message_id deleted updated container_id_type container_id start_time end_time sort_type
    card_msg_content_type image_type image image_key file_type file_name duration file file_key reaction_id member_id_type
    member_id user_count chat_mode chat_tag avatar owner_id owner_id_type chat_status member_total bot activate_status
    avatar_url ip_white_list app_access_token tenant_access_token app_secret app_ticket AppID AppSecret URL ClientConfig
    PingInterval ReconnectCount ReconnectInterval ReconnectNonce card_id card_json json_card json_attachment card_schema user_dsl
    template template_id template_version_name template_variable sequence settings actions params element elements element_id
    element_ids partial_element target_element_id config streaming_mode streaming_config print_frequency_ms print_step
    print_strategy default android ios pc summary i18n_content update_multi wide_screen_mode enable_forward
    enable_forward_interaction width_mode locales use_custom_translation style text_size color card_link pc_url ios_url
    android_url title subtitle text_tag_list i18n_text_tag_list i18n_header text icon img_key direction padding
    horizontal_spacing vertical_spacing horizontal_align vertical_align margin text_align text_color lines expanded
    icon_position icon_expanded_angle background_color width position border corner_radius columns column weight flex_mode
    background_style rows display_name data_type format date_format page row_height row_max_height freeze_first_column
    header_style bold behaviors default_url behavior size disabled disabled_tips hover_tips confirm form_action_type
    action_type required placeholder max_length input_type label label_position multiline selected_values initial_option
    initial_date fields is_short alt mode custom_width compact_width preview scale_type transparent chart_spec aspect_ratio
    color_theme height audio_id show_time property properties dsl i18n zh_cn en_us ja_jp zh_hk zh_tw un_escape href user_name
    style_type language content_v2 files md is_admin status scopes scope_name grant_status app version versions
    online_version_id event_infos events callbacks encrypt_key_set permission tenant urgent user_id_list invalid_user_id_list
    read_users timestamp tenant_brand client_id client_secret device_code user_code verification_uri_complete expires_in
    interval user_info supported_auth_methods archetype auth_method request_user_info pin pins message_id_list biz_rt seq sum
    trace_id instance_id service_id device_id request_id recall_type visibility shared open_ids success fail list user users
    members member chats message_ids from_message_id merge_forward at text_element hr img file_size
    en_name nickname mobile mobile_visible gender avatar_72 avatar_240 avatar_640 avatar_origin is_activated is_exited is_frozen
    is_resigned is_unjoin department_ids leader_user_id city country work_station join_time is_tenant_manager employee_no
    employee_type job_title orders enterprise_email user_list emails mobiles
  `),
);

/** Values that are words of the API. */
export const FIELD_VALUES: ReadonlySet<string> = new Set(
  words(`
    success ok card_json card template raw 1.0 2.0 markdown div plain_text lark_md hr img button collapsible_panel column_set
    column table form input select_static multi_select_static select_person multi_select_person date_picker picker_time
    picker_datetime checker chart audio person person_list img_combination overflow select_img interactive_container
    standard_icon custom_icon text_tag note action callback open_url form_action submit reset form_submit text post image
    file audio media sticker interactive share_chat share_user system merge_forward hongbao location calendar todo vote
    folder video_chat general_calendar share_calendar_event content_v2 a at md emotion code_block code br p2p group topic
    topic_group open_id union_id user_id email chat_id app_id user app bot tenant anonymous unknown all thread chat
    insert_before insert_after append partial_update_setting add_elements delete_elements partial_update_element
    update_element fast delay default compact fill auto weighted vertical horizontal left center right top bottom follow_text
    auto_when_fold blue wathet turquoise green yellow orange red carmine violet purple indigo grey gray black white neutral
    lime magenta primary danger primary_text danger_text primary_filled danger_filled laser tiny small medium large
    heading heading-0 heading-1 heading-2 heading-3 heading-4 normal notation xxxx-large xxx-large xx-large x-large large
    x-small bold italic underline lineThrough crop_center crop_top fit_horizontal stretch_without_padding stretch bisect
    trisect flow none number options persons date lark_md zh_cn en_us ja_jp zh_hk zh_tw user_card_content raw_card_content
    ByCreateTimeAsc ByCreateTimeDesc message avatar opus mp4 pdf doc xls ppt stream info error warning success im_message
    url_preview url_verification event_callback im.message.receive_v1 im.message.recalled_v1 im.message.message_read_v1
    im.message.reaction.created_v1 im.message.reaction.deleted_v1 im.chat.member.bot.added_v1
    im.chat.member.bot.deleted_v1 im.chat.access_event.bot_p2p_chat_entered_v1 p2p_chat_create card.action.trigger
    card.action.trigger_v1 app_ticket begin poll init PersonalAgent client_secret feishu lark authorization_pending slow_down
    access_denied expired_token THUMBSUP OK Typing OnIt OneSecond Get THINKING LGTM DONE SMILE HEART CrossMark CheckMark
    Asia/Shanghai button_action true false open-apis im v1 v2 v3 cardkit cards elements content settings batch_update
    id_convert messages reply forward merge_forward reactions images files resources chats members read_users urgent_app
    urgent_sms urgent_phone push_follow_up pins mget auth tenant_access_token app_access_token internal app_ticket resend
    application applications contact users scopes event card update interactive oauth registration callback ws endpoint
    batch_get chats search is_in_chat
  `),
);

/** Fields whose numbers say nothing about anybody: limits, codes, counters, times, sizes. Other numbers are masked. */
export const NUMBER_FIELDS: ReadonlySet<string> = new Set(
  words(`
    code expire expires_in interval sequence create_time update_time action_time start_time end_time ts timestamp duration
    page_size PingInterval ReconnectCount ReconnectInterval ReconnectNonce default android ios pc activate_status
    icon_expanded_angle weight lines page biz_rt seq sum bytes status ms at version
  `),
);

/** Fields that hold an id, whatever it looks like. */
export const ID_FIELDS: ReadonlySet<string> = new Set(
  words(`
    id card_id element_id target_element_id element_ids message_id root_id parent_id thread_id upper_message_id chat_id open_id
    union_id user_id app_id AppID tenant_key operator_tenant_key event_id uuid reaction_id image_key img_key file_key
    receive_id open_message_id open_chat_id operator_id member_id owner_id container_id from_message_id last_message_id log_id
    logid template_id audio_id page_token trace_id instance_id service_id device_id message_ids user_id_list
    invalid_user_id_list message_id_list open_ids client_id name key
  `),
);

/** Fields whose string is JSON once more. */
export const JSON_FIELDS: ReadonlySet<string> = new Set(
  words(
    "content data card settings actions elements element partial_element json_card card_json user_dsl json_attachment body",
  ),
);
