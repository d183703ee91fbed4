"""The chapters' copies for Colab: written, published, rehearsed."""
