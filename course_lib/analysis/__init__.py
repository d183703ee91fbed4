"""Looking into a network: its gates, its gradients, its costs."""
