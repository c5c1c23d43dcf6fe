"""Measurements of a service -> percentiles and shares -> what was kept and what was not; reads files and servers."""
