"""The measurements, one module each: `measure() -> Figures`, run in a process and a world of its own."""
