"""What the service hands out: vests, batons, radios, body cameras, vehicles; who has what."""
