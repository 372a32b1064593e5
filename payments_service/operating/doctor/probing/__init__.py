"""What the doctor looks at, one module for each organ: each probe returns the plain values that `judging` takes."""
