@echo off
rem Double-click: makes the environment once, then opens a prompt in the program's folder.
rem NOT YET TRIED ON WINDOWS. Plain ASCII on purpose: cmd reads this file in the code page of the machine.
setlocal disabledelayedexpansion
chcp 65001 >nul
rem pushd, not cd: it also enters a folder on a network share.
pushd "%~dp0.." || goto failed
rem Run, not only looked for: it no longer starts once its Python was removed or the folder moved.
if exist ".venv\Scripts\tdp-xlsx.exe" ".venv\Scripts\tdp-xlsx.exe" --version >nul 2>nul && goto ready
echo Lan dau: dang cai dat. Can mang Internet, mat vai phut, chi mot lan.
set "PYTHON=py -3"
py -3 --version >nul 2>nul || set "PYTHON=python"
%PYTHON% -m venv --clear ".venv" || goto failed
".venv\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check . || goto failed
:ready
set "PATH=%CD%\.venv\Scripts;%PATH%"
tdp-xlsx.exe --help
cmd /k
exit /b
:failed
echo.
echo Chua cai dat duoc. Kiem tra: da cai Python 3.11 tro len tu python.org chua? May co mang khong?
pause
exit /b 1
