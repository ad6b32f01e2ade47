"""Marketing measured: previews, followers of a sale, journey steps, a campaign beside the tills."""
