"""Set-up and checks of this folder, called by the Makefile; nothing here is imported by the application."""
