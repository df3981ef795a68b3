"""The developers' screens: members and settings in the console, the developer tools, previews on the phone."""
