"""The labels of buttons, and what they were before."""

LEAVE = "✖ Leave"
# Labels of earlier versions stand on old cards and in people's heads: typed, they still mean the button of now.
FORMER = {
    "✖ Cancel": LEAVE,
    "🔔 Tell me when something opens": "🔔 Tell me when a time opens up",
    "🔔 Where I wait": "🔔 My waiting lists",
    "Forgotten password": "Forgot your password?",
    "I have none": "I don't have one",
    "📊 Figures": "📊 Statistics",
    "📧 Mail": "📧 Email",
    "📱 Where signed in": "📱 Signed-in chats",
    "✖ End all but this chat": "✖ Sign out all other chats",
    "🗑 Take it away": "🗑 Remove it",
    "« Leave it": "« Keep it as it is",
    "« Leave it as it is": "« Keep it as it is",
    "➕ Book for somebody": "➕ Book for someone",
    "🙂 The patient's": "🙂 Their appointments",
    "🔄 Look again": "🔄 Refresh",
}
