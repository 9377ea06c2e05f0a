"""Subscriber lists as other systems export them: Ann Lee is subscribed, the others are not."""

LISTMONK = """uuid,email,name,attributes,status,created_at,updated_at
5e91dda1-1c16-467d-9bf9-2a21bf22ae21,ann@example.org,Ann Lee,"{""city"": ""Bonn""}",enabled,2023-05-01 10:11:12.123+00:00,2023-05-02
5e91dda1-1c16-467d-9bf9-2a21bf22ae22,bob@example.org,Bob,{},blocklisted,2023-05-01 10:11:12+00:00,2023-05-02
5e91dda1-1c16-467d-9bf9-2a21bf22ae23,cy@example.org,Cy,{},disabled,2023-05-01 10:11:12+00:00,2023-05-02
"""
MAILCHIMP = """Email Address,First Name,Last Name,Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID,EUID,TAGS
ann@example.org,Ann,Lee,"1 Ore St, Bonn",4,2023-05-01 10:11:10,198.51.100.7,2023-05-01 10:11:12,198.51.100.7,1,ab,"""
MAILCHIMP_CLEANED = """Email Address,First Name,Last Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE
ann@example.org,Ann,Lee,2024-01-01 10:00:00,News
"""
GHOST = """id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers
6,ann@example.org,Ann Lee,,true,false,,2023-05-01T10:11:12.000Z,,,
7,bob@example.org,Bob,,false,false,,2023-05-01T10:11:12.000Z,,,
8,cy@example.org,Cy,,true,false,,2023-05-01T10:11:12.000Z,2024-01-01T00:00:00.000Z,,
"""
BUTTONDOWN = """email_address,notes,metadata,tags,referrer_url,creation_date,secondary_id,type,source
ann@example.org,Ann met at fair,{},,,2023-05-01T10:11:12Z,1,regular,import
bob@example.org,,{},,,2023-05-01T10:11:12Z,2,unactivated,embedded_form
cy@example.org,,{},,,2023-05-01T10:11:12Z,3,unsubscribed,embedded_form
"""
