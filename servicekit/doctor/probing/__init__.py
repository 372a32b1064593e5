"""What the doctor looks at in every service: each probe returns the plain values that `judging` takes."""
