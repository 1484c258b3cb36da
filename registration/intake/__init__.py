"""Front door: invitations and personal links, the delegate's form, the delegation desk, loading an edition."""
