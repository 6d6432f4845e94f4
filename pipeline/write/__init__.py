"""Writers: plain values in, files out. Each outside format stands behind one module here."""
