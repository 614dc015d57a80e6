"""Messages to people: queued with what they tell of, sent later."""
