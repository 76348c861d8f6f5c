"""The street network of the city and how long a way takes on foot, by bicycle, by car."""
