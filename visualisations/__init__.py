"""Pictures and pages of the network: values in, SVG or HTML out."""
