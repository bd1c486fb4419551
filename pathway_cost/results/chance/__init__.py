"""What draws, alternatives and sampled patients say of a comparison. Comes after costed."""
